import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toStoredTime } from '@/lib/time';
import { unpackNumbers, unpackTimes } from './packed-columns';

const EPOCH = 946_684_800n;

it('reads times as the driver does', () => {
  const anyYear = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  // Beyond 2³² seconds a number has not every microsecond.
  const nearEnough = fc.integer({ min: -(2 ** 32) + 1, max: 2 ** 32 - 1 });
  const time = fc.oneof(
    fc.tuple(anyYear, fc.constant(0)),
    fc.tuple(nearEnough, fc.nat({ max: 999_999 })),
  );
  const times = fc.array(time, { maxLength: 5 });
  fc.assert(
    fc.property(times, (parts) => {
      const packed = new DataView(new ArrayBuffer(8 * parts.length));
      for (const [i, [whole, micros]] of parts.entries()) {
        packed.setBigInt64(8 * i, (BigInt(whole) - EPOCH) * 1_000_000n + BigInt(micros));
      }
      const expected = parts.map(([whole, micros]) => toStoredTime((whole * 1e6 + micros) / 1e6));
      expect([...unpackTimes(new Uint8Array(packed.buffer))]).toEqual(expected);
    }),
  );
});

it('reads numbers bit for bit, wherever their bytes begin', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), fc.nat({ max: 7 }), (numbers, offset) => {
      const packed = new DataView(new ArrayBuffer(offset + 8 * numbers.length));
      for (const [i, number] of numbers.entries()) packed.setFloat64(offset + 8 * i, number);
      expect([...unpackNumbers(new Uint8Array(packed.buffer, offset))]).toEqual(numbers);
    }),
  );
});

it('reads nothing where there is nothing', () => {
  expect([unpackTimes(null), unpackNumbers(null)]).toEqual([
    new Float64Array(),
    new Float64Array(),
  ]);
});
