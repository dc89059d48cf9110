import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExistingTarget, ImportEvent } from '@/contract/uploads';
import { LOCAL_SCOPE } from '../../scope';
import { type TestServer, testServer } from '../../testing';
import { chooseTable } from '../files/choose-table';
import { detectSource } from '../files/inspect';
import { type ImportOptions, importCandles } from './import-candles';
import { importFile } from './import-file';

let server: TestServer;
let folder: string;
let chartId: number;
beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-merge-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});

const START = Date.UTC(2024, 0, 2) / 1000;
const row = (i: number, open = 100 + (i % 7), volume: number | '' = Math.abs(i)) =>
  `${START + i * 60},${open},${open + 1},${open - 1},${open},${volume}`;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => row(from + i));

async function fileOf(lines: string[]): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.csv`);
  await writeFile(path, `time,open,high,low,close,volume\n${lines.join('\n')}\n`);
  return path;
}

async function into(
  mode: ExistingTarget['mode'],
  lines: string[],
  more: Partial<ImportOptions> = {},
) {
  const { source } = await chooseTable(await fileOf(lines), 'more.csv');
  const { mapping } = await detectSource(source);
  const target = { mode, chartId };
  const options = { url: server.url, source, mapping, target, scope: LOCAL_SCOPE, ...more };
  let last: ImportEvent | undefined;
  for await (const event of importCandles(options)) last = event;
  return last;
}

beforeEach(async () => {
  await server.db.execute(sql`delete from charts`);
  const path = await fileOf(rows(0, 2_000));
  const done = await importFile({ url: server.url, path, chartName: 'minutes' });
  if (done.type !== 'done') throw new Error(JSON.stringify(done));
  chartId = done.chartId;
});

/** Everything an import may touch but the time it was done at. */
async function contents(id = chartId) {
  const all = async (text: ReturnType<typeof sql>) => [...(await server.db.execute(text))];
  return {
    chart: await all(
      sql`select candle_count, first_time, last_time, timeframe, price_precision from charts where id = ${id}`,
    ),
    candles: await all(
      sql`select time, open, high, low, close, volume from candles where chart_id = ${id} order by time`,
    ),
    tiles: await all(
      sql`select timeframe, level, seq, first_time, bars, bytes from candle_tiles where chart_id = ${id} order by 1, 2, 3`,
    ),
  };
}
const dataRev = async () => (await server.owner.charts.get({ chartId })).dataRev;

/** The same as if a chart had been made of `lines` alone. */
async function expectSameAs(lines: string[]) {
  const whole = await importFile({
    url: server.url,
    path: await fileOf(lines),
    chartName: 'whole',
  });
  if (whole.type !== 'done') throw new Error(JSON.stringify(whole));
  expect(await contents()).toEqual(await contents(whole.chartId));
}

describe('an append', () => {
  it('puts candles after the last one, tiles and all, under a new data revision', async () => {
    const before = await dataRev();
    expect(await into('append', rows(2_000, 3_000))).toMatchObject({
      type: 'done',
      chartId,
      chartName: 'minutes',
      candles: 3_000,
      changes: { added: 1_000, replaced: 0, identical: 0, timeframe: 60, chartTimeframe: 60 },
    });
    expect(await dataRev()).toBeGreaterThan(before);
    await expectSameAs(rows(0, 3_000));
  });

  it('begins a chart that is empty, if with one candle alone', async () => {
    ({ id: chartId } = await server.owner.charts.create({ name: 'empty' }));
    expect(await into('append', rows(0, 1))).toMatchObject({ type: 'done', candles: 1 });
    await expectSameAs(rows(0, 1));
    expect(await into('append', rows(1, 3))).toMatchObject({ candles: 3, timeframe: 60 });
    await server.db.execute(sql`delete from charts where name = 'whole'`);
    await expectSameAs(rows(0, 3));
  });

  it('that overlaps is refused with where the chart ends, and changes nothing', async () => {
    const before = [await contents(), await dataRev()];
    await expect(into('append', rows(1_990, 2_010))).rejects.toThrow(
      '“minutes” ends at 2024-01-03 09:19:00 UTC, and 10 candles of this file are not after that. Nothing was stored; merge the file instead.',
    );
    expect([await contents(), await dataRev()]).toEqual(before);
  });

  it('of the same file twice at once is done once', async () => {
    const outcomes = await Promise.allSettled([1, 2].map(() => into('append', rows(2_000, 2_500))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expectSameAs(rows(0, 2_500));
  });
});

describe('a merge', () => {
  it('replaces what differs, adds the rest and keeps volumes that it does not give', async () => {
    const lines = [row(5, 500), row(6), row(7, 100, ''), row(2_001), row(-1)];
    expect(await into('merge', lines)).toMatchObject({
      candles: 2_002,
      changes: { added: 2, replaced: 1, identical: 2, firstTime: START - 60 },
    });
    await expectSameAs([row(-1), ...rows(0, 5), row(5, 500), ...rows(6, 2_000), row(2_001)]);
  });

  it('of what is there already changes nothing, not even the data revision', async () => {
    const before = await dataRev();
    const outcome = await into('merge', rows(10, 20));
    expect(outcome).toMatchObject({ candles: 2_000, changes: { added: 0, identical: 10 } });
    expect(await dataRev()).toBe(before);
  });

  it('leaves annotations where they are', async () => {
    await server.db.execute(sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      values (gen_random_uuid(), ${chartId}, to_timestamp(${START}), to_timestamp(${START + 60}), 'custom', 1)`);
    const spans = () => server.owner.spans.list({ chartId, from: START, to: START + 60 });
    const before = await spans();
    await into('merge', rows(1_000, 3_000));
    expect(await spans()).toEqual(before);
  });

  it('of two files at once takes both', async () => {
    await Promise.all([
      into('merge', rows(1_500, 2_500)),
      into('merge', [...rows(2_200, 3_000), row(-5)]),
    ]);
    await expectSameAs([row(-5), ...rows(0, 3_000)]);
  });

  it('with a bad row, cancelled, or for a chart that is not there changes nothing', async () => {
    const before = [await contents(), await dataRev()];
    const bad = [...rows(2_000, 2_010), `${START},x,1,1,1,1`];
    expect(await into('merge', bad)).toMatchObject({ type: 'refused', issueCount: 1 });
    await expect(
      into('merge', rows(2_000, 9_000), { signal: AbortSignal.abort() }),
    ).rejects.toThrow('The import was cancelled. Nothing was stored.');
    const missing = { target: { mode: 'merge', chartId: 2_000_000_000 } as const };
    await expect(into('merge', rows(0, 2), missing)).rejects.toThrow('There is no chart');
    expect([await contents(), await dataRev()]).toEqual(before);
  });

  it('is previewed: counts, range and timeframes, and nothing is stored', async () => {
    await server.db.execute(sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev, created_by)
      select gen_random_uuid(), ${chartId}, to_timestamp(${START + 60} + at * 60),
        to_timestamp(${START + 60} + (at + 40) * 60), 'bull_flag', 0, 'local'
      from unnest(array[30, 90]) as at`);
    const before = [await contents(), await dataRev()];
    const hours = [0, 60, 120, 6_000].map((i) => row(i, i === 60 ? 2 : undefined));
    expect(await into('merge', hours, { preview: true })).toEqual({
      type: 'preview',
      rows: 4,
      issues: [],
      issueCount: 0,
      errorCount: 0,
      leftOut: [],
      flatBars: 0,
      changes: {
        added: 1,
        replaced: 1,
        identical: 2,
        stale: 1,
        firstTime: START,
        lastTime: START + 6_000 * 60,
        timeframe: 3_600,
        chartTimeframe: 60,
      },
    });
    expect([await contents(), await dataRev()]).toEqual(before);
  });
});
