import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ANNOTATION_FIELDS } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import { type FieldList, inputShape, keysOf, pickFields } from '@/contract/fields';
import { SPAN_FIELDS } from '@/contract/spans';
import { annotations, spanAnnotations } from '@/lib/db/schema';
import { toStoredTime } from '@/lib/time';
import { importLabels } from '@/server/exports/import-labels';
import { download, testFolder } from '@/server/exports/testing';
import { LOCAL_SCOPE } from '@/server/scope';
import { type TestServer, testServer } from '@/server/testing';
import { inputsOf } from '@/server/testing-input';
import { annotationFieldsOf, fromServer, spanFieldsOf } from './wire';

/*
 * Every field of the contract's lists goes its whole way: a place that forgets one loses its value
 * here, whatever the field is.
 */

let server: TestServer;
let chartId: number;
let files: Awaited<ReturnType<typeof testFolder>>;
beforeAll(async () => {
  server = await testServer();
  files = await testFolder();
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});
afterAll(async () => {
  await files.remove();
  await server.close();
});

type Row = { uid: string; rev: number } & Record<string, unknown>;
/** One body for two entities, whose rows differ in their fields alone. */
type Router = {
  save(input: object): Promise<{ rev: number; rows: Row[] }>;
  list(input: object): Promise<Row[]>;
};

const ENTITIES = {
  spans: {
    fields: SPAN_FIELDS as FieldList,
    table: spanAnnotations,
    formats: ['spans-json', 'windowed-csv', 'bio-csv', 'parquet'],
    allowed: (row: Row, i: number) => {
      const times = [row.startTime as number, row.endTime as number];
      const [startTime, endTime] = times.toSorted((x, y) => x - y);
      return { ...row, startTime, endTime, label: i % 2 ? 'bull_flag' : 'custom' };
    },
    viaEditor: (row: Row) => spanFieldsOf(fromServer(row as never, []) as never),
  },
  annotations: {
    fields: ANNOTATION_FIELDS as FieldList,
    table: annotations,
    formats: ['points-csv', 'parquet'],
    allowed: (row: Row) => ({ ...row, labelType: row.geometry ? 'line' : 'break_up' }),
    viaEditor: (row: Row) => annotationFieldsOf(fromServer(row as never, []) as never),
  },
} as const;

describe.each(['spans', 'annotations'] as const)('%s', (kind) => {
  const { fields, table, formats, allowed, viaEditor } = ENTITIES[kind];
  const router = () => server.owner[kind] as unknown as Router;
  const byUid = (rows: Row[]) => rows.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
  const list = async () => byUid(await router().list({ chartId, ...ALL_TIME }));
  const valuesOf = (rows: Row[]) => rows.map((row) => pickFields(fields, row));

  const schema = z.strictObject(
    inputShape(fields) as z.core.$ZodShape,
  ) as unknown as z.ZodType<Row>;
  const rows = fc
    .array(
      inputsOf(schema, () => ({})).filter((value) => schema.safeParse(value).success),
      { minLength: 25, maxLength: 25 },
    )
    .map((values): Row[] =>
      values.map((value, i) => allowed({ ...schema.parse(value), uid: randomUUID() }, i)),
    );

  const varied = new Map(keysOf(fields).map((key) => [key, new Set<string>()]));

  test('every field comes back from each place that keeps, sends or reads it', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (made) => {
        await server.db.delete(table).where(eq(table.chartId, chartId));
        const saved = await router().save({ chartId, diff: { created: made } });
        const stored = byUid(saved.rows);
        expect(valuesOf(stored)).toEqual(valuesOf(byUid(made)).map(asStored));
        for (const row of valuesOf(stored)) {
          for (const [key, value] of Object.entries(row))
            varied.get(key)?.add(JSON.stringify(value));
        }
        expect(await list()).toEqual(stored);
        expect(stored.map((row): object => viaEditor(row))).toEqual(valuesOf(stored));
        const asOf = await server.owner.history.asOf({ chartId, moment: { rev: saved.rev } });
        expect(byUid(asOf[kind] as unknown as Row[])).toEqual(stored);
        const [first] = stored;
        const { entries } = await server.owner.history.entries({ chartId, uid: first?.uid ?? '' });
        expect(entries[0]).toMatchObject({ op: 'create', after: first });

        for (const format of formats) {
          const file = await files.open(await download(server, format, [chartId]));
          await server.db.delete(table).where(eq(table.chartId, chartId));
          await importLabels(server.db, { file, scope: LOCAL_SCOPE, chartId });
          expect(valuesOf(await list())).toEqual(valuesOf(stored));
        }

        const deleted = (await list()).map(({ uid, rev }) => ({ uid, rev }));
        const { rev } = await router().save({ chartId, diff: { deleted } });
        expect(await list()).toEqual([]);
        await server.owner.history.restore({ chartId, rev: rev - 1 });
        expect(valuesOf(await list())).toEqual(valuesOf(stored));
      }),
      { numRuns: 8, endOnFailure: true },
    );
    for (const [key, values] of varied) expect(values.size, key).toBeGreaterThan(1);
  }, 120_000);

  /** Times as the database keeps them, to the microsecond, and no minus before a zero. */
  const asStored = (row: Record<string, unknown>) => {
    const entries = Object.entries(row).map(([key, value]) => [
      key,
      fields[key]?.kind === 'time' && typeof value === 'number' ? toStoredTime(value) : value,
    ]);
    return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
  };
});
