import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect } from 'vitest';
import { decodeTile } from '@/contract/tile-codec';
import { testDatabase } from '@/lib/db/testing';
import { type FileImport, type FileImported, importFile } from './import-file';

export type Done = Extract<FileImported, { type: 'done' }>;

const HEADER = 'time,open,high,low,close,volume';
export const START = Date.UTC(2024, 0, 2) / 1000;
export const row = (i: number, seconds = 60) => {
  const open = 100 + (i % 37) / 4;
  const time = new Date((START + i * seconds) * 1000).toISOString();
  return `${time},${open},${open + 1},${open - 1},${open + 0.5},${Math.abs(i)}`;
};
/** Of the same time, with another volume. */
export const other = (i: number) => `${row(i)}7`;
export const rows = (count: number, seconds = 60) =>
  Array.from({ length: count }, (_, i) => row(i, seconds));

/** A database and a folder of files, and ways to import them, for as long as the tests of the file run that calls this. */
export async function importTests() {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-import-'));
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await database.close();
  });
  beforeEach(async () => {
    await database.db.execute(sql`delete from charts`);
  });

  async function fileOf(lines: string[], name = 'prices.csv'): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `${[HEADER, ...lines].join('\n')}\n`);
    return path;
  }

  const load = async (lines: string[], more: Partial<FileImport> = {}) =>
    importFile({ url: database.url, path: await fileOf(lines), ...more });

  async function loadAll(lines: string[], more: Partial<FileImport> = {}): Promise<Done> {
    const outcome = await load(lines, more);
    if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome;
  }

  const query = async <T>(text: ReturnType<typeof sql>) =>
    [...(await database.db.execute(text))] as T[];
  const candlesOf = (chartId: number) =>
    query(
      sql`select time, open, high, low, close, volume from candles where chart_id = ${chartId} order by time`,
    );

  async function tilesOf(chartId: number) {
    const tiles = await query<{ timeframe: number; level: number; seq: number; bytes: Buffer }>(
      sql`select * from candle_tiles where chart_id = ${chartId} order by timeframe, level, seq`,
    );
    return tiles.map(({ timeframe, level, seq, bytes }) => ({
      timeframe,
      level,
      seq,
      ...decodeTile(gunzipSync(bytes)),
    }));
  }

  async function expectNothingStored() {
    const [counts] = await query(sql`
      select (select count(*)::int from charts) as charts,
        (select count(*)::int from candles) as candles,
        (select count(*)::int from candle_tiles) as tiles`);
    expect(counts).toEqual({ charts: 0, candles: 0, tiles: 0 });
    // A session is listed a moment longer than its connection lasts.
    const sessions = sql`select from pg_stat_activity
      where datname = current_database() and application_name = 'candle-annotator-import'`;
    await expect.poll(() => query(sessions)).toHaveLength(0);
  }

  return {
    database,
    folder,
    fileOf,
    load,
    loadAll,
    query,
    candlesOf,
    tilesOf,
    expectNothingStored,
  };
}
