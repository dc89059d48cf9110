import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionedMap } from './versioned-map';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  fc.record({ type: fc.constant('copy' as const), of: fc.nat(30) }),
  fc.record({ type: fc.constant('set' as const), of: fc.nat(30), key, value: fc.nat(5) }),
  fc.record({ type: fc.constant('delete' as const), of: fc.nat(30), key }),
  fc.record({ type: fc.constant('read' as const), of: fc.nat(30) }),
);
type Both = { map: VersionedMap<number>; plain: Map<string, number>; isCopied: boolean };

const sorted = (entries: Iterable<readonly [string, number]>) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

test('copies of copies are as those of a plain map, whichever is copied, changed or read', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const all: Both[] = [
        { map: new VersionedMap([['a', 1]]), plain: new Map([['a', 1]]), isCopied: false },
      ];
      for (const each of steps) {
        const one = all[each.of % all.length]!;
        if (each.type === 'copy') {
          all.push({ map: one.map.copy(), plain: new Map(one.plain), isCopied: false });
          one.isCopied = true;
        } else if (each.type === 'read') [...one.map];
        else if (one.isCopied) {
          expect(() => one.map.delete('a')).toThrow('cannot be changed');
        } else if (each.type === 'set') {
          one.map.set(each.key, each.value);
          one.plain.set(each.key, each.value);
        } else expect(one.map.delete(each.key)).toBe(one.plain.delete(each.key));
      }
      for (const { map, plain } of all) {
        expect(map.size).toBe(plain.size);
        for (const each of 'abcdef') {
          expect(map.get(each)).toBe(plain.get(each));
          expect(map.has(each)).toBe(plain.has(each));
        }
      }
      for (const newer of all) {
        for (const older of all) {
          const changes = newer.map.changesSince(older.map);
          if (!changes) continue;
          const rebuilt = new Map(older.plain);
          for (const { key, before, after } of changes) {
            expect(before).toBe(older.plain.get(key));
            expect(after).not.toBe(before);
            if (after === undefined) rebuilt.delete(key);
            else rebuilt.set(key, after);
          }
          expect(sorted(rebuilt)).toEqual(sorted(newer.plain));
        }
      }
      for (const { map, plain } of all) expect(sorted(map)).toEqual(sorted(plain));
    }),
    { numRuns: 500 },
  );
});

test('a line of copies tells what each has changed', () => {
  const first = new VersionedMap(Array.from({ length: 1_000 }, (_, at) => [`${at}`, at] as const));
  const second = first.copy().set('7', -7);
  const third = second.copy().set('8', -8);
  third.delete('7');
  expect(second.changesSince(first)).toEqual([{ key: '7', before: 7, after: -7 }]);
  expect(third.changesSince(second)).toEqual([
    { key: '8', before: 8, after: -8 },
    { key: '7', before: -7, after: undefined },
  ]);
  expect(third.changesSince(first)).toEqual([
    { key: '7', before: 7, after: undefined },
    { key: '8', before: 8, after: -8 },
  ]);
  expect(first.changesSince(third)).toBeNull();
});

test('whoever copies a map while it is gone through is told', () => {
  const map = new VersionedMap([
    ['a', 1],
    ['b', 2],
  ]);
  expect(() => {
    for (const [each] of map) map.copy().delete(each);
  }).toThrow('copied while');
});
