import { expect, test } from 'vitest';
import type { AnnotationType } from '@/contract/annotations';
import { KINDS } from '@/editor/kinds/kinds';
import { ANNOTATION_CATEGORIES } from '@/lib/db/schema';
import { fromServer } from './wire';

const type = (name: string, category: string) => ({ name, category }) as AnnotationType;
const types = [
  type('trend', 'line'),
  type('box', 'rectangle'),
  type('break_up', 'marker'),
  type('wave', 'ellipse'),
];
const geometry = { startTime: 1, startPrice: 2, endTime: 3, endPrice: 4 };
const row = (labelType: string, corners: object | null) =>
  fromServer(
    { uid: 'u', id: 1, time: 1, labelType, geometry: corners, color: null } as never,
    types,
  );

test.each([
  ['trend', geometry, 'line'],
  ['box', geometry, 'rectangle'],
  ['break_up', null, 'marker'],
  // As old data has it: corners under a marker's type or under none, and a line without any.
  ['break_up', geometry, 'line'],
  ['of no type', geometry, 'line'],
  ['trend', null, 'marker'],
  // As a newer version of the app may have it.
  ['wave', geometry, 'line'],
] as const)('a row of %s is what it is: %#', (labelType, corners, kind) => {
  expect(row(labelType, corners)).toMatchObject({ kind, labelType, geometry: corners });
});

test('the database knows as categories the kinds that are stored as annotations', () => {
  const stored = Object.entries(KINDS).filter(([, { storage }]) => storage.entity === 'annotation');
  expect(stored.map(([kind]) => kind).sort()).toEqual([...ANNOTATION_CATEGORIES].sort());
});

test('what else old data has in a geometry is left behind, as it could not be saved again', () => {
  expect(row('trend', { ...geometry, drawnWith: 'old' })).toMatchObject({ geometry });
  expect(
    Object.keys((row('trend', { ...geometry, x: 1 }) as { geometry: object }).geometry),
  ).toEqual(Object.keys(geometry));
});
