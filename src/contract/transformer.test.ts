import fc from 'fast-check';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { transformer } from './transformer';

/** superjson refuses to send these as keys; in JSON they are keys like any other. */
const REFUSED = /"(__proto__|constructor|prototype)"\]?:/;
const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value) ?? 'null');
const ours = (value: unknown) => transformer.deserialize(overTheWire(transformer.serialize(value)));

test.each([
  undefined,
  new Date(0),
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  12n,
  new Map([[1, { at: new Date(1) }]]),
  new Set(['a']),
  { a: undefined, b: [undefined, null, -0], c: { d: new Date(2) } },
  [1, 'x', true, null, { deep: [{}] }],
])('%o comes back as it is', (value) => {
  expect(ours(value)).toEqual(value);
  expect(Object.is(ours(-0), -0)).toBe(true);
});

test('what it sends and reads is what superjson sends and reads', () => {
  const value = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true });
  fc.assert(
    fc.property(fc.oneof(value, fc.jsonValue()), (any) => {
      fc.pre(!REFUSED.test(fc.stringify(any)));
      const sent = overTheWire(transformer.serialize(any));
      expect(sent).toEqual(overTheWire(superjson.serialize(any)));
      expect(transformer.deserialize(sent)).toEqual(superjson.deserialize(sent));
    }),
    { numRuns: 2_000 },
  );
});
