import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedList } from './sorted';

type Item = { uid: string; key: number };
const inOrder = (a: Item, b: Item) => a.key - b.key || Number(a.uid) - Number(b.uid);

/** Puts and removes, many at once, in few places or in many. */
const steps = fc.array(
  fc.array(
    fc.record({ uid: fc.nat(700), key: fc.oneof(fc.nat(5), fc.nat(2_000)), isGone: fc.boolean() }),
    { maxLength: 300 },
  ),
  { maxLength: 8 },
);

test('a list after changes is the array after the same, and the one before stays', () => {
  fc.assert(
    fc.property(fc.nat(400), steps, fc.nat(2_100), (count, changes, key) => {
      let all = new Map<string, Item>();
      for (let uid = 0; uid < count; uid++) all.set(`${uid}`, { uid: `${uid}`, key: uid % 37 });
      const sorted = (items: typeof all) => [...items.values()].sort(inOrder);
      let list = SortedList.of(sorted(all));
      for (const each of changes) {
        const next = new Map(all);
        for (const { uid, key, isGone } of each) {
          if (isGone) next.delete(`${uid}`);
          else next.set(`${uid}`, { uid: `${uid}`, key });
        }
        const uids = [...new Set([...all.keys(), ...next.keys()])];
        const diff = uids.map((uid) => ({ before: all.get(uid), after: next.get(uid) }));
        const changed = list.change(
          diff.filter(({ before, after }) => before !== after),
          inOrder,
        );
        expect([...list]).toEqual(sorted(all));
        [list, all] = [changed, next];
      }
      const plain = sorted(all);
      expect([...list]).toEqual(plain);
      expect(list.length).toBe(plain.length);
      // There and back, so that the leaf asked for last is another one each time.
      const places = [...plain.keys(), ...[...plain.keys()].reverse(), -1, -9, plain.length];
      expect(places.map((at) => list.at(at))).toEqual(places.map((at) => plain.at(at)));
      const isFrom = (item: Item) => item.key >= key;
      const first = plain.findIndex(isFrom);
      expect(list.firstIndex(isFrom)).toBe(first < 0 ? plain.length : first);
      expect(list.find(isFrom)).toBe(plain.find(isFrom));
      expect(list.some(isFrom)).toBe(plain.some(isFrom));
      expect(list.filter(isFrom)).toEqual(plain.filter(isFrom));
      expect(list.slice(key % 50, key)).toEqual(plain.slice(key % 50, key));
      expect(list.slice(-key, -(key % 50))).toEqual(plain.slice(-key, -(key % 50)));
      expect(list.indexOf(plain.at(key % 400)!)).toBe(plain.indexOf(plain.at(key % 400)!));
    }),
    { numRuns: 30 },
  );
});

test('of 100,000 items a change copies few', () => {
  const all = Array.from({ length: 100_000 }, (_, at) => ({ uid: `${at}`, key: at }));
  const list = SortedList.of(all);
  const after = list.change(
    [
      { before: all[7], after: { uid: '7', key: 50_000 } },
      { before: undefined, after: { uid: '100000', key: 99_999 } },
    ],
    inOrder,
  );
  const known = new Set(list.leaves);
  const copied = after.leaves.filter((leaf) => !known.has(leaf));
  expect(copied.flat().length).toBeLessThan(400);
  expect(after.length).toBe(100_001);
});
