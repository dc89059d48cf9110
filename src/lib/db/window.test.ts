import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { charts, spanAnnotations } from './schema';
import { testDatabase } from './testing';
import { overlapping } from './window';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** The years 1 to 9999. */
const ALL_TIME = { from: -62_135_596_800, to: 253_402_300_799 };
const time = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: ALL_TIME.from, max: ALL_TIME.to - 1 }),
  fc.constantFrom(ALL_TIME.from, ALL_TIME.to - 1),
);
const range = fc.tuple(time, time).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

test('a window has the rows of its chart that touch it, however long any of them lasts', async () => {
  const { db } = database;
  const spans = fc.array(range, { maxLength: 12 });
  const windows = fc.array(range, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(spans, spans, windows, async (mine, others, asked) => {
      await db.delete(charts);
      await db.insert(charts).values([
        { id: 1, name: 'mine' },
        { id: 2, name: 'other' },
      ]);
      const rows = [...mine, ...others].map(({ from, to }, i) => ({
        ...{ uid: randomUUID(), chartId: i < mine.length ? 1 : 2, label: String(i), rev: 1 },
        ...{ startTime: from, endTime: to },
      }));
      if (rows.length > 0) await db.insert(spanAnnotations).values(rows);
      for (const window of asked) {
        const found = await db
          .select({ label: spanAnnotations.label })
          .from(spanAnnotations)
          .where(overlapping(spanAnnotations, eq(spanAnnotations.chartId, 1), window))
          .orderBy(spanAnnotations.id);
        const expected = mine.flatMap(({ from, to }, i) =>
          from <= window.to && to >= window.from ? String(i) : [],
        );
        expect(found.map(({ label }) => label)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
