import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeIndex } from './range-index';
import { TimeScale } from './time-scale';

type Item = { uid: string; startTime: number; endTime: number; color: 'red' | 'blue' };

const times = Float64Array.from({ length: 60 }, (_, time) => time);
const scale = new TimeScale(60, 1, { level: 0, first: 0, times });
const item = fc
  .record({
    uid: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    startTime: fc.nat(40),
    length: fc.oneof(fc.nat(3), fc.nat(12)),
    color: fc.constantFrom('red' as const, 'blue' as const),
  })
  .map(({ length, ...rest }) => ({ ...rest, endTime: rest.startTime + length }));
/** Each puts some and takes others away. */
const diffs = fc.array(
  fc.record({
    put: fc.array(item, { maxLength: 6 }),
    drop: fc.array(fc.nat(30), { maxLength: 4 }),
    asks: fc.boolean(),
  }),
  { maxLength: 12 },
);

function changesOf(before: Map<string, Item>, after: Map<string, Item>) {
  const uids = new Set([...before.keys(), ...after.keys()]);
  return [...uids]
    .map((uid) => ({ before: before.get(uid), after: after.get(uid) }))
    .filter((change) => change.before !== change.after);
}

const lanesOf = (index: RangeIndex<Item>) =>
  Array.from({ length: index.items.length }, (_, at) => index.laneOf(at));

function expectAlike(changed: RangeIndex<Item>, fresh: RangeIndex<Item>) {
  expect([...changed.items]).toEqual([...fresh.items]);
  expect(lanesOf(changed)).toEqual(lanesOf(fresh));
  expect(changed.laneCount).toBe(fresh.laneCount);
  changed.setScale(scale);
  fresh.setScale(scale);
  for (let at = 0; at < fresh.items.length; at++) {
    expect(changed.leftOf(at)).toBe(fresh.leftOf(at));
    expect(changed.rightOf(at)).toBe(fresh.rightOf(at));
  }
  for (const start of [0, 1, 5]) {
    const end = Math.max(start, changed.items.length - start);
    const seen: unknown[] = [];
    changed.visit(start, end, (...place) => seen.push(place));
    const places = [...changed.items].map((one, at) => [
      ...[one, at, fresh.leftOf(at), fresh.rightOf(at), fresh.laneOf(at)],
    ]);
    expect(seen).toEqual(places.slice(start, end));
    // Together they are the same, and lie where the first begins and the last ends.
    const together: Item[] = [];
    changed.visit(
      start,
      end,
      (one) => together.push(one),
      ({ items, lanes }, left, right) => {
        expect(lanes).toHaveLength(items.length);
        const own = items.map((one) => [...changed.items].indexOf(one));
        expect(left).toBe(Math.min(...own.map((at) => fresh.leftOf(at))));
        expect(right).toBe(Math.max(...own.map((at) => fresh.rightOf(at))));
        together.push(...items);
        return true;
      },
    );
    expect(together).toEqual([...changed.items].slice(start, end));
  }
  for (const from of [0, 7, 20, 39]) {
    expect(changed.touching(from, from + 5)).toEqual(fresh.touching(from, from + 5));
  }
}

test('an index after changes is one made anew, whatever changes', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), diffs, (first, steps) => {
      let all = new Map(first.map((each) => [each.uid, each]));
      let index = new RangeIndex(all.values());
      const settled = new RangeIndex(first.slice(0, 5));
      let above = new RangeIndex(all.values(), settled);
      for (const { put, drop, asks } of steps) {
        const next = new Map(all);
        for (const at of drop) next.delete([...next.keys()][at] ?? '');
        for (const each of put) next.set(each.uid, each);
        if (asks) index.setScale(scale);
        const changes = changesOf(all, next);
        index = index.change(changes);
        above = above.change(changes, settled);
        all = next;
      }
      expectAlike(index, new RangeIndex(all.values()));
      expectAlike(above, new RangeIndex(all.values(), settled));
    }),
    { numRuns: 1_000 },
  );
});

test('of 100,000 ranges a change looks at few', () => {
  let looks = 0;
  const range = (uid: number, startTime: number, endTime: number) => ({
    uid: `${uid}`,
    endTime,
    get startTime() {
      looks += 1;
      return startTime;
    },
  });
  const all = Array.from({ length: 100_000 }, (_, at) =>
    range(at, at * 10, at * 10 + (at % 7 === 0 ? 5 : 25)),
  );
  const index = new RangeIndex(all);
  looks = 0;
  const changed = index.change([
    { before: undefined, after: range(-1, 500_003, 500_040) },
    { before: all[70_000], after: range(70_000, 700_001, 700_020) },
    { before: all[10], after: undefined },
  ]);
  expect(changed.items.length).toBe(100_000);
  expect(looks).toBeLessThan(500);
});
