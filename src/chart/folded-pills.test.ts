import { expect, test } from 'vitest';
import { FoldedPills } from './folded-pills';
import { RangeIndex } from './range-index';
import { TimeScale } from './time-scale';

const times = Float64Array.from({ length: 1_000 }, (_, index) => index);
const scale = new TimeScale(1_000, 1, { level: 0, first: 0, times });
const frame = { originPx: 0, pxPerBar: 10, widthPx: 1_000, heightPx: 600 };

/** Eight over each other from each of these bars on. */
const stacks = (...starts: number[]) => {
  const ranges = new RangeIndex(
    starts.flatMap((start) =>
      Array.from({ length: 8 }, (_, at) => ({
        uid: `${start}.${at}`,
        startTime: start,
        endTime: start + 12 - at,
      })),
    ),
  );
  ranges.setScale(scale);
  return new FoldedPills([ranges]);
};

test('what finds none of six lanes stands together, near ones in one', () => {
  const pills = stacks(10, 50).inView(frame, scale);
  expect(pills.map(({ uids }) => uids)).toEqual([
    ['10.6', '10.7'],
    ['50.6', '50.7'],
  ]);
  expect(pills[0]?.leftPx).toBe(100);
  const far = stacks(10, 50).inView({ ...frame, pxPerBar: 0.5 }, scale);
  expect(far.map(({ uids }) => uids.length)).toEqual([4]);
});

test('one that begins out of sight stays in sight until it ends', () => {
  const pills = stacks(10);
  const leftAt = (originPx: number) => pills.inView({ ...frame, originPx }, scale)[0]?.leftPx;
  // It ends at bar 17, and a pill is 38 pixels wide.
  expect(leftAt(-120)).toBe(2);
  expect(leftAt(-150)).toBe(-18);
  expect(leftAt(-400)).toBeUndefined();
});

test('six lanes fold nothing', () => {
  const six = Array.from({ length: 6 }, (_, at) => ({ uid: `${at}`, startTime: 5, endTime: 9 }));
  expect(new FoldedPills([new RangeIndex(six)]).inView(frame, scale)).toEqual([]);
});
