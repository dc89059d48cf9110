import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from './db/testing';
import { fromPgTimestamp, toPgTimestamp, toStoredTime } from './time';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.close());

const EDGES = [-62_135_596_800, -1, -0.5, 0, 0.000_001, 1_700_000_000.123_457, 253_402_300_799];

test('PostgreSQL gives back the time it was given, from the year 1 to 9999', async () => {
  const rows = await own.db.execute<{ at: string }>(
    sql`select at::timestamptz as at from unnest(${sql.param(EDGES.map(toPgTimestamp))}::text[]) as t(at)`,
  );
  expect(rows.map((row) => fromPgTimestamp(row.at))).toEqual(EDGES);
});

test('a time is stored to the microsecond, and storing it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -62_135_596_800, max: 253_402_300_799, noNaN: true }),
      (seconds) => {
        const stored = toStoredTime(seconds);
        // Far from 1970 a double is coarser than a microsecond.
        expect(Math.abs(stored - seconds)).toBeLessThanOrEqual(5e-7 + 2 ** -14);
        expect(toStoredTime(stored)).toBe(stored);
      },
    ),
  );
});

test('microseconds of this century survive', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.integer({ min: 0, max: 999_999 }),
      (whole, micros) => {
        const seconds = Number(`${whole}.${String(micros).padStart(6, '0')}`);
        expect(toStoredTime(seconds)).toBe(seconds);
      },
    ),
  );
});

test('what is not a UTC time is refused', () => {
  for (const text of ['infinity', '2024-01-01 00:00:00+05:45', '10000-01-01 00:00:00+00', '']) {
    expect(() => fromPgTimestamp(text)).toThrow(RangeError);
  }
  expect(() => toPgTimestamp(Number.NaN)).toThrow(RangeError);
});
