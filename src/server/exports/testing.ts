import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, eq, getTableColumns } from 'drizzle-orm';
import { afterAll } from 'vitest';
import { EXPORT_FILES, type ExportFormat } from '@/contract/exports';
import type { Db } from '@/lib/db';
import { annotations, candles, charts, spanAnnotations } from '@/lib/db/schema';
import { ownCharts, serverTests, type TestServer } from '../testing';
import { openLabelFile } from './label-file';

type NewSpan = typeof spanAnnotations.$inferInsert;
type NewAnnotation = typeof annotations.$inferInsert;

/** A chart as somebody who works by SQL would make it. */
export async function makeChart(
  db: Db,
  name: string,
  content: {
    candles?: Omit<typeof candles.$inferInsert, 'chartId'>[];
    spans?: Partial<NewSpan>[];
    annotations?: Partial<NewAnnotation>[];
  } = {},
): Promise<number> {
  const candleCount = content.candles?.length ?? 0;
  const [chart] = await db.insert(charts).values({ name, candleCount, rev: 1 }).returning();
  const chartId = chart!.id;
  await ownCharts(db);
  const row = () => ({ uid: randomUUID(), chartId, rev: 1 });
  if (content.candles?.length) {
    await db.insert(candles).values(content.candles.map((candle) => ({ chartId, ...candle })));
  }
  if (content.spans?.length) {
    const start = { startTime: 0, endTime: 0, label: 'bull_flag' };
    await db
      .insert(spanAnnotations)
      .values(content.spans.map((s) => ({ ...row(), ...start, ...s })));
  }
  if (content.annotations?.length) {
    const start = { time: 0, labelType: 'break_up' };
    await db
      .insert(annotations)
      .values(content.annotations.map((a) => ({ ...row(), ...start, ...a })));
  }
  return chartId;
}

/** `count` candles of a minute, from `from` on. */
export const minutes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    time: from + i * 60,
    open: 1 + i,
    high: 2 + i,
    low: 0.5 + i,
    close: 1.5 + i,
    volume: i % 2 === 0 ? 100 * i : null,
  }));

const {
  id: _,
  rev: __,
  createdAt,
  createdBy,
  updatedAt,
  updatedBy,
  ...spanColumns
} = getTableColumns(spanAnnotations);
const { time, labelType, geometry, color, uid } = getTableColumns(annotations);

/** What a file has to bring back, bit for bit: all but who wrote it when. */
export async function labelsOn(db: Db, chartId: number) {
  const { chartId: ___, ...columns } = spanColumns;
  return {
    spans: await db
      .select(columns)
      .from(spanAnnotations)
      .where(eq(spanAnnotations.chartId, chartId))
      .orderBy(asc(spanAnnotations.uid)),
    annotations: await db
      .select({ uid, time, labelType, geometry, color })
      .from(annotations)
      .where(eq(annotations.chartId, chartId))
      .orderBy(asc(annotations.uid)),
  };
}

export const candlesOn = async (db: Db, chartId: number) =>
  (
    await db.select().from(candles).where(eq(candles.chartId, chartId)).orderBy(asc(candles.time))
  ).map(({ chartId: ___, ...candle }) => candle);

/** The file that the procedure sends. */
export async function download(
  server: TestServer,
  format: ExportFormat,
  chartIds: number[] | null,
  context?: number,
  zone?: string,
): Promise<Buffer> {
  const input = {
    format,
    chartIds,
    ...(context !== undefined && { context }),
    ...(zone && { zone }),
  };
  const parts: Buffer[] = [];
  for await (const { data } of await server.owner.exports.download(input)) {
    parts.push(Buffer.from(data, EXPORT_FILES[format].encoding));
  }
  return Buffer.concat(parts);
}

/** The procedures and a folder, for as long as the tests of the file run that calls this. */
export async function labelTests() {
  const server = await serverTests();
  const files = await testFolder();
  afterAll(files.remove);
  return { server, files };
}

/** Keeps files for as long as a test file runs. */
export async function testFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-labels-'));
  let count = 0;
  const save = async (content: string | Uint8Array, name = 'labels') => {
    const path = join(folder, `${++count}-${name}`);
    await writeFile(path, content);
    return path;
  };
  return {
    save,
    open: async (content: string | Uint8Array) => openLabelFile(await save(content), 'labels'),
    remove: () => rm(folder, { recursive: true }),
  };
}
