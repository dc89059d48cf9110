import { expect, test } from 'vitest';
import type { BarAnchor } from '../anchor';
import { candleAnchor } from '../anchor';
import { reshapedFields } from '../reshape';
import { INITIAL, reduce, type Step, type ToolEvent } from '../tools';
import { level } from './level';

const draw = (anchors: BarAnchor[]) => level.draw?.create('u', 'level', anchors) ?? null;

test('one click draws it, at the price under the pointer', () => {
  const at = { time: 60, price: 12.5, xPx: 1, yPx: 2, hit: null };
  const events: ToolEvent[] = [
    { type: 'tool', tool: 'level' },
    { type: 'down', ...at },
    { type: 'up', ...at },
  ];
  const start: Step = { state: INITIAL, effects: [], captured: false };
  const { effects } = events.reduce(({ state }, event) => reduce(state, event), start);
  expect(effects).toEqual([
    { type: 'create', kind: 'level', labelType: null, anchors: [{ time: 60, price: 12.5 }] },
  ]);
  expect(draw([candleAnchor(60, 12.5)])).toMatchObject({
    kind: 'level',
    time: 60,
    geometry: { startTime: 60, startPrice: 12.5, endTime: 60, endPrice: 12.5 },
  });
  expect(draw([])).toBeNull();
});

test('dragging it changes its price and leaves it where it was drawn', () => {
  const record = draw([candleAnchor(60, 12.5)]);
  const target = { kind: 'level', uid: 'u', part: 'body' } as const;
  expect(record && reshapedFields(record, target, candleAnchor(900, 14))).toEqual({
    time: 60,
    geometry: { startTime: 60, startPrice: 14, endTime: 60, endPrice: 14 },
  });
});
