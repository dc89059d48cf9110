import { expect, it } from 'vitest';
import { partEdgeAt, partsOf, withoutPart, withPart, withPartChanged } from './parts';

const old = { from: 3, note: 'kept' };
const pole = { name: 'Pole', startTime: 10, endTime: 14 };
const span = { startTime: 10, endTime: 20, subSpans: [old, pole] };
const at = (time: number) => ({ time, lastTime: time });

it('knows its parts by their places among what old data holds', () => {
  expect(partsOf(span)).toEqual([{ ...pole, index: 1 }]);
  expect(partsOf({ subSpans: null })).toEqual([]);
});

it('holds a new part within the span, and takes none that lies outside', () => {
  expect(withPart(span, { name: 'Flag', startTime: 15, endTime: 99 })?.subSpans).toEqual([
    ...[old, pole],
    { name: 'Flag', startTime: 15, endTime: 20 },
  ]);
  expect(withPart({ ...span, subSpans: null }, { ...pole, startTime: 1 })?.subSpans).toEqual([
    pole,
  ]);
  expect(withPart(span, { name: 'Flag', startTime: 21, endTime: 25 })).toBeNull();
});

it('renames one and takes one away, and keeps what it does not know', () => {
  expect(withPartChanged(span, 1, { name: 'Mast' }).subSpans).toEqual([
    old,
    { ...pole, name: 'Mast' },
  ]);
  expect(withoutPart(span, 1).subSpans).toEqual([old]);
  expect(withoutPart({ subSpans: [pole] }, 0).subSpans).toBeNull();
});

it('moves an edge within the span, and to the other edge at most', () => {
  const edges = (edge: 'start' | 'end', time: number) =>
    partEdgeAt(span, 1, edge, at(time))?.subSpans?.[1];
  expect(edges('end', 17)).toEqual({ ...pole, endTime: 17 });
  expect(edges('end', 30)).toEqual({ ...pole, endTime: 20 });
  expect(edges('end', 5)).toEqual({ ...pole, endTime: 10 });
  expect(edges('start', 5)).toEqual(pole);
  expect(edges('start', 18)).toEqual({ ...pole, startTime: 14 });
  expect(partEdgeAt(span, 0, 'end', at(17))).toBeNull();
});
