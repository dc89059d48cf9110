import { randomUUID } from 'node:crypto';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { charts, spanAnnotations } from './schema';
import { testDatabase } from './testing';
import { asText, wireColumns, wireRow } from './wire';

let own: Awaited<ReturnType<typeof testDatabase>>;
let chartId: number;
beforeAll(async () => {
  own = await testDatabase();
  const [chart] = await own.db.insert(charts).values({ name: 'Chart' }).returning();
  chartId = chart?.id ?? 0;
});
afterAll(() => own.close());

const TIMES = [-62_135_596_800, -0.5, 0, 0.000_001, 1_700_000_000.123_457, 253_402_300_799];

test('rows that PostgreSQL makes for the browser are what Drizzle would make of them', async () => {
  const made = TIMES.map((time, i) => ({
    uid: randomUUID(),
    chartId,
    startTime: time,
    endTime: time,
    label: 'a “label”',
    confidence: i % 2 ? 3 : null,
    subSpans: i % 2 ? [{ name: 'pole', part: { from: 1.5, to: [null, true] } }] : null,
    rev: 2 ** 53 - 1 - i,
    createdAt: time,
  }));
  await own.db.insert(spanAnnotations).values(made);
  const keys = Object.keys(getTableColumns(spanAnnotations));
  const wanted = await own.db
    .select()
    .from(spanAnnotations)
    .where(eq(spanAnnotations.chartId, chartId))
    .orderBy(spanAnnotations.id);
  expect(wanted).toMatchObject(made);
  const columns = await own.db.execute(sql`
    select ${wireColumns(spanAnnotations, keys)} from ${spanAnnotations} order by id`);
  expect([...columns]).toEqual(wanted);
  const rows = await own.db.execute<{ row: unknown }>(sql`
    select ${wireRow(spanAnnotations, keys)} as row from ${spanAnnotations} order by id`);
  expect(rows.map(({ row }) => row)).toEqual(wanted);
});

test('text is made of SQL without parameters alone', () => {
  expect(() => asText(sql`select ${1}`)).toThrow('this SQL has parameters: select $1');
});
