import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeTile } from '@/contract/tile-codec';
import type { Mapping } from '@/contract/uploads';
import { connectForCopy } from '@/lib/db/copy/connect';
import { copyIn } from '@/lib/db/copy/stream';
import { testDatabase } from '@/lib/db/testing';
import { startProxy } from '@/lib/db/testing-proxy';
import { sqlState } from '../../errors';
import { LOCAL_SCOPE } from '../../scope';
import { createBatch } from '../files/batch';
import { chooseTable } from '../files/choose-table';
import { detectSource } from '../files/inspect';
import { CANDLES, encodeCandles } from './copy-candles';
import { type ImportOptions, importCandles } from './import-candles';
import { type FileImport, type FileImported, importFile } from './import-file';
import { createUnnamedChart } from './target';

type Done = Extract<FileImported, { type: 'done' }>;

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-import-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});
beforeEach(async () => {
  await database.db.execute(sql`delete from charts`);
});

const HEADER = 'time,open,high,low,close,volume';
const START = Date.UTC(2024, 0, 2) / 1000;
const row = (i: number, seconds = 60) => {
  const open = 100 + (i % 37) / 4;
  const time = new Date((START + i * seconds) * 1000).toISOString();
  return `${time},${open},${open + 1},${open - 1},${open + 0.5},${Math.abs(i)}`;
};
/** Of the same time, with another volume. */
const other = (i: number) => `${row(i)}7`;
const rows = (count: number, seconds = 60) =>
  Array.from({ length: count }, (_, i) => row(i, seconds));

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
  await vi.waitFor(async () => {
    const sessions = sql`select from pg_stat_activity where application_name = 'candle-annotator-import'`;
    expect(await query(sessions)).toHaveLength(0);
  });
}

describe('an import', () => {
  it('stores the candles, their tiles and what the chart says about them', async () => {
    const done = await loadAll(rows(3_000), { chartName: 'EURUSD' });
    expect(done).toEqual({
      type: 'done',
      chartId: done.chartId,
      chartName: 'EURUSD',
      format: 'Table with a header',
      candles: 3_000,
      firstTime: START,
      lastTime: START + 2_999 * 60,
      timeframe: 60,
      changes: null,
      rows: 3_000,
      issues: [],
      issueCount: 0,
      errorCount: 0,
      leftOut: [],
      flatBars: 0,
      charts: [{ chartId: done.chartId, chartName: 'EURUSD', candles: 3_000 }],
      columns: {
        time: 'time',
        open: 'open',
        high: 'high',
        low: 'low',
        close: 'close',
        volume: 'volume',
      },
      mapping: expect.objectContaining({ timeFormat: 'iso', timeZone: 'UTC' }),
      notes: [],
      symbol: null,
    });
    const chart = await database.db.query.charts.findFirst();
    expect(chart).toMatchObject({
      timeframe: 60,
      pricePrecision: 2,
      candleCount: 3_000,
      firstTime: START,
      lastTime: done.lastTime,
      createdBy: 'local',
    });
    const stored = await candlesOf(done.chartId);
    expect(stored).toHaveLength(3_000);
    expect(stored[7]).toMatchObject({
      open: 101.75,
      high: 102.75,
      low: 100.75,
      close: 102.25,
      volume: 7,
    });

    const hours = (await tilesOf(done.chartId)).filter((tile) => tile.timeframe === 3_600);
    const [wanted] = await query(sql`
      select array_agg(open order by hour) as open, array_agg(high order by hour) as high,
        array_agg(low order by hour) as low, array_agg(close order by hour) as close,
        array_agg(volume order by hour) as volume
      from (
        select date_trunc('hour', time) as hour, (array_agg(open order by time))[1] as open,
          max(high) as high, min(low) as low, (array_agg(close order by time desc))[1] as close,
          sum(volume) as volume
        from candles where chart_id = ${done.chartId} group by 1
      ) as hours`);
    const { open, high, low, close, volume } = hours[0]!;
    expect({ open, high, low, close, volume }).toEqual(
      Object.fromEntries(
        Object.entries(wanted as Record<string, number[]>).map(([name, values]) => [
          name,
          Float64Array.from(values),
        ]),
      ),
    );
  });

  it('stops at another instrument that nobody was asked about, and stores nothing', async () => {
    const lines = rows(30_000).map((line, i) => `${line},${i < 20_000 ? 'AAPL' : 'MSFT'}`);
    const path = await fileOf(lines, 'two.csv');
    const { source } = await chooseTable(path, 'two.csv');
    const columns: Mapping['columns'] = [
      'time',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'symbol',
    ];
    const mapping: Mapping = {
      ...{ delimiter: ',', skipLines: 1, columns, timeFormat: 'iso' },
      ...{ timeZone: 'UTC', decimalComma: false },
    };
    const options = { url: database.url, scope: LOCAL_SCOPE, source, mapping };
    const run = async () => {
      const target = { mode: 'new', chartName: 'two' } as const;
      for await (const event of importCandles({ ...options, target }))
        expect(event.type).toBe('progress');
    };
    await expect(run()).rejects.toThrow(
      "Line 20002 is of “MSFT”, and those before it are of “AAPL”: column 7 names several instruments. Nothing was stored. Take one of them (--only '7=AAPL'), a chart each (--split-by 7) or all in one (--one-chart).",
    );
    await expectNothingStored();
  });

  it.each(['new', 'merge'] as const)(
    'says that it is stored when the answer to its commit is lost, %s',
    async (mode) => {
      const proxy = await startProxy(Number(new URL(database.url).port));
      const url = new URL(database.url);
      url.host = `127.0.0.1:${proxy.port}`;
      try {
        if (mode === 'merge') await loadAll(rows(10), { chartName: 'cut' });
        proxy.cutAnswerTo('commit\0');
        const path = await fileOf(rows(100));
        const done = await importFile({ url: url.href, path, chartName: 'cut', mode });
        expect(done).toMatchObject({ type: 'done', chartName: 'cut', candles: 100 });
        expect(await candlesOf((done as Done).chartId)).toHaveLength(100);
      } finally {
        await proxy.close();
      }
    },
  );

  it('puts rows of any order in the same place as rows in order', async () => {
    const lines = rows(5_000);
    const shuffled = lines.map((line, i) => ({ line, at: (i * 7_919) % 5_003 }));
    const sorted = await loadAll(lines);
    for (const order of [
      lines.toReversed(),
      shuffled.sort((a, b) => a.at - b.at).map(({ line }) => line),
      [...lines.slice(1), lines[0]!],
    ]) {
      const done = await loadAll(order);
      const { chartId: _, chartName: __, notes: ___, charts: ____, ...outcome } = sorted;
      expect(done).toMatchObject(outcome);
      expect(await candlesOf(done.chartId)).toEqual(await candlesOf(sorted.chartId));
      expect(await tilesOf(done.chartId)).toEqual(await tilesOf(sorted.chartId));
      const [chart, same] = await query<{ price_precision: number; candle_count: string }>(
        sql`select price_precision, candle_count from charts order by id desc limit 2`,
      );
      expect(chart).toEqual(same);
    }
  });

  it('builds tiles for what most candles are, not for what the first ones were', async () => {
    const days = Array.from({ length: 20 }, (_, i) => row(-200 * 1_440 + i * 1_440));
    const long = rows(60_000);
    const done = await loadAll([...days, ...long]);
    expect(done).toMatchObject({ timeframe: 60, candles: 60_020 });
    const reversed = await loadAll([...days, ...long].toReversed());
    expect(await tilesOf(done.chartId)).toEqual(await tilesOf(reversed.chartId));
  });

  it('keeps fractions of a second and numbers to the bit', async () => {
    const path = await fileOf([
      '1704153600.123456,0.1,0.30000000000000004,0.1,0.2,1e-7',
      '1704153600.654321,0.1,12345678.123456789,-3,0.2,',
    ]);
    const done = await importFile({ url: database.url, path, chartName: 'ticks' });
    expect(done).toMatchObject({ timeframe: 1, firstTime: 1704153600.123456 });
    const stored = await database.db.query.candles.findMany({ orderBy: (c) => c.time });
    expect(stored.map(({ chartId: _, ...candle }) => Object.values(candle))).toEqual([
      [1704153600.123456, 0.1, 0.30000000000000004, 0.1, 0.2, 1e-7],
      [1704153600.654321, 0.1, 12345678.123456789, -3, 0.2, null],
    ]);
  });

  it('gives a taken name a number, also to those who want it at the same moment', async () => {
    const names = await Promise.all(
      [1, 2, 3].map(async (i) => {
        const path = await fileOf(rows(10), `same-${i}.csv`);
        return importFile({ url: database.url, path, chartName: 'gold' });
      }),
    );
    expect(names.map((done) => 'chartName' in done && done.chartName).sort()).toEqual([
      'gold',
      'gold-2',
      'gold-3',
    ]);
  });

  it('names the chart after the file', async () => {
    const done = await importFile({ url: database.url, path: await fileOf(rows(3), 'a.b.csv') });
    expect(done).toMatchObject({ chartName: 'a.b' });
  });

  it('takes the sample of S&P 500 as it is', async () => {
    const path = join(process.cwd(), 'node_modules/vega-datasets/data/sp500-2000.csv');
    const done = await importFile({ url: database.url, path });
    expect(done).toMatchObject({
      type: 'done',
      candles: 5_105,
      timeframe: 86_400,
      issueCount: 0,
    });
  });
});

describe('a file with bad rows', () => {
  const bad = (i: number) => `${row(i).split(',')[0]},1,x,1,1,1`;

  it('is refused with its issues and how many there are', async () => {
    const lines = rows(1_000).map((line, i) => (i % 4 === 0 ? bad(i) : line));
    const outcome = await load(lines);
    expect(outcome).toMatchObject({ type: 'refused', rows: 1_000, issueCount: 250 });
    expect(outcome.issues).toHaveLength(250);
    expect(outcome.issues[1]).toEqual({
      line: 6,
      reason: 'high “x” is not a number',
      severity: 'error',
    });
    await expectNothingStored();
  });

  it('is refused with the first ten thousand of each severity, and the number of all', async () => {
    const low = (i: number) => row(i).replace(/,(\d+\.?\d*),[^,]+,/, ',$1,$1,');
    const lines = Array.from({ length: 22_000 }, (_, i) => (i < 11_000 ? low(i) : bad(i)));
    const outcome = await load(lines);
    expect(outcome).toMatchObject({ type: 'refused', issueCount: 22_000, errorCount: 11_000 });
    expect(outcome.issues).toHaveLength(20_000);
    expect(outcome.issues.at(-1)).toMatchObject({ line: 21_001, severity: 'error' });
  });

  it('leaves its good rows behind when they are asked for', async () => {
    const done = await loadAll([row(0), bad(1), row(2)], { acceptGoodRows: true });
    expect(done).toMatchObject({ candles: 2, issueCount: 1 });
    expect(await candlesOf(done.chartId)).toHaveLength(2);
  });

  it('stores nothing when no row is good', async () => {
    const outcome = await load([bad(0), bad(1)], {
      acceptGoodRows: true,
      mapping: {
        columns: ['time', 'open', 'high', 'low', 'close', 'volume'],
        skipLines: 1,
        delimiter: ',',
        timeFormat: 'iso',
        timeZone: 'UTC',
        decimalComma: false,
      },
    });
    expect(outcome).toMatchObject({ type: 'refused', rows: 2, issueCount: 2 });
    await expectNothingStored();
  });

  it.each([
    ['in order', [row(0), row(1), other(1), row(2)], [4]],
    ['newest first', [row(2), row(1), other(1), row(0)], [4]],
    ['in no order', [row(1), row(0), other(1), row(2), other(0)], [4, 6]],
  ])('names the line of each time that comes again, %s', async (_, lines, again) => {
    const outcome = await load(lines);
    expect(outcome.type).toBe('refused');
    expect(outcome.issues.map(({ line }) => line)).toEqual(again);
    expect(outcome.issues[0]?.reason).toMatch(
      /^time 2024-01-02 00:01:00 UTC is already on line [23]$/,
    );
    await expectNothingStored();
    // The first of them is the one that stays.
    const done = await loadAll(lines, { acceptGoodRows: true });
    expect(done).toMatchObject({ candles: 3, issueCount: again.length });
  });

  it.each<[string, string[]]>([
    ['next to each other', [row(0), row(1), row(1), row(2)]],
    ['newest first', [row(2), row(1), row(1), row(0)]],
    ['apart', [row(1), row(0), row(2), row(1)]],
  ])('leaves out the same candle that comes again, %s, with a warning', async (_, lines) => {
    const done = await loadAll(lines);
    expect(done).toMatchObject({
      candles: 3,
      errorCount: 0,
      leftOut: [{ sort: 'duplicate', lines: 1 }],
    });
    expect(done.issues).toMatchObject([
      { severity: 'warning', reason: expect.stringContaining('the same candle as on line') },
    ]);
  });

  it.each<[string, string[], string]>([
    ['a header alone', [], 'prices.csv holds no rows of data.'],
    ['dates of either order', ['1/2/2024,1,1,1,1,1'], 'Which comes first, the day or the month?'],
  ])('that has %s is refused by a sentence', async (_, lines, sentence) => {
    await expect(load(lines)).rejects.toThrow(sentence);
    await expectNothingStored();
  });

  it('of either order is read as it is told', async () => {
    const done = await loadAll(['1/2/2024,1,1,1,1,1'], { mapping: { timeFormat: 'dmy' } });
    expect(done.firstTime).toBe(Date.UTC(2024, 1, 1) / 1000);
  });

  it('skipped to its end holds no rows', async () => {
    const path = await fileOf(rows(3));
    const loading = importFile({ url: database.url, path, mapping: { skipLines: 90 } });
    await expect(loading).rejects.toThrow('prices.csv holds no rows of data.');
    await expectNothingStored();
  });
});

describe('an import that does not end', () => {
  const options = async (lines: string[], more: Partial<ImportOptions> = {}) => {
    const { source } = await chooseTable(await fileOf(lines), 'prices.csv');
    const { mapping } = await detectSource(source);
    const { url } = database;
    return {
      url,
      source,
      mapping,
      target: { mode: 'new', chartName: 'x' } as const,
      scope: LOCAL_SCOPE,
      ...more,
    };
  };

  it.each([
    ['in order', rows(50_000)],
    ['newest first', rows(50_000).toReversed()],
    ['in no order', [...rows(50_000).slice(1), row(0)]],
  ])('leaves nothing behind when it is cancelled: %s', async (_, lines) => {
    const controller = new AbortController();
    const events = importCandles(await options(lines, { signal: controller.signal }));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    controller.abort();
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow('The import was cancelled. Nothing was stored.');
    await expectNothingStored();
  });

  it('leaves nothing behind when nobody listens any more', async () => {
    const events = importCandles(await options(rows(50_000)));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    await events.return();
    await expectNothingStored();
  });

  it('leaves nothing behind when PostgreSQL refuses a candle', async () => {
    const { db } = database;
    await db.execute(sql`alter table candles add constraint no_ten check (volume <> 10)`);
    try {
      const lines = rows(50_000);
      for (const order of [lines, lines.toReversed(), [...lines.slice(1), row(0)]]) {
        await expect(load(order).catch(sqlState)).resolves.toBe('23514');
        await expectNothingStored();
      }
    } finally {
      await db.execute(sql`alter table candles drop constraint no_ten`);
    }
  });

  it('leaves nothing behind when PostgreSQL ends its session', async () => {
    const events = importCandles(await options(rows(200_000)));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    await database.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'candle-annotator-import'`,
    );
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow();
    await expectNothingStored();
  });
});

describe('COPY', () => {
  it('reports what PostgreSQL refuses, and its connection can be used again', async () => {
    const client = await connectForCopy(database.url);
    try {
      await client.query('begin');
      const chartId = await createUnnamedChart(client, LOCAL_SCOPE);
      const batch = createBatch(3);
      batch.length = 3;
      batch.time.set([0, 60, 120]);
      batch.high[1] = Number.POSITIVE_INFINITY;
      const copying = copyIn(client, CANDLES, encodeCandles(chartId, batch));
      await expect(copying.catch(sqlState)).resolves.toBe('23514');
      await client.query('rollback');

      await client.query('begin');
      const another = await createUnnamedChart(client, LOCAL_SCOPE);
      batch.high[1] = 1;
      await copyIn(client, CANDLES, encodeCandles(another, batch));
      await client.query('commit');
      expect(await candlesOf(another)).toHaveLength(3);
    } finally {
      await client.end();
    }
  });
});

describe('a file of several instruments', () => {
  const header = 'date,open,high,low,close,volume,Name';
  const day = (date: number, price: number, name: string) =>
    `2024-01-${String(date).padStart(2, '0')},${price},${price + 1},${price - 1},${price},1,${name}`;
  const lines = ['AAPL', 'MSFT'].flatMap((name, i) =>
    [2, 3, 4].map((date) => day(date, 100 * (i + 1) + date, name)),
  );
  const fileWith = async (rows: string[]) => {
    const path = join(folder, 'stocks.csv');
    await writeFile(path, `${[header, ...rows].join('\n')}\n`);
    return path;
  };
  const take = async (mapping: Partial<Mapping>, rows = lines) =>
    importFile({ url: database.url, path: await fileWith(rows), mapping });
  const stored = () => query(sql`select name, symbol, candle_count::int from charts order by name`);

  it('is asked which is meant, by names and rows', async () => {
    await expect(take({})).rejects.toThrow(
      'The column “Name” names 2 instruments: AAPL (3 rows), MSFT (3 rows). Which ones? Say --split-by Name, or --only Name=AAPL, or --only Name=MSFT, or --one-chart.',
    );
    await expectNothingStored();
  });

  it('becomes a chart of one, which keeps its symbol', async () => {
    const done = await take({ instruments: { only: 'MSFT' } });
    expect(done).toMatchObject({
      candles: 3,
      leftOut: [{ sort: 'other instrument', lines: 3 }],
    });
    expect(await stored()).toEqual([{ name: 'stocks', symbol: 'MSFT', candle_count: 3 }]);
  });

  it('becomes a chart each, with tiles, in one transaction', async () => {
    const done = await take({ instruments: 'each' });
    expect(done).toMatchObject({
      type: 'done',
      charts: [
        { chartName: 'AAPL', candles: 3 },
        { chartName: 'MSFT', candles: 3 },
      ],
    });
    expect(await stored()).toEqual([
      { name: 'AAPL', symbol: 'AAPL', candle_count: 3 },
      { name: 'MSFT', symbol: 'MSFT', candle_count: 3 },
    ]);
    const broken = await take({ instruments: 'each' }, [...lines, '2024-01-05,x,1,1,1,1,MSFT']);
    expect(broken.type).toBe('refused');
    expect(await stored()).toHaveLength(2);
  });

  it('is refused where one that was not seen comes up while it is read', async () => {
    const mapping = { ...(await take({ instruments: { only: 'AAPL' } })).mapping };
    const { instruments: _, ...silent } = mapping;
    await expect(take(silent)).rejects.toThrow('Line 5 is of “MSFT”');
  });
});

describe('several files of one chart', () => {
  it('are one import in order of their times, and an issue names its file', async () => {
    const all = rows(30);
    const later = await fileOf(all.slice(15), 'later.csv');
    const earlier = await fileOf(all.slice(0, 16), 'earlier.csv');
    const files = { path: later, morePaths: [earlier], chartName: 'year' };
    const done = await importFile({ url: database.url, ...files });
    // The seam is in both.
    expect(done).toMatchObject({ type: 'done', candles: 30, rows: 31 });
    expect(done.issues).toEqual([
      {
        line: 2,
        file: 'later.csv',
        reason: 'left out, the same candle as on line 17 of earlier.csv',
        severity: 'warning',
      },
    ]);
  });

  it('are stored all or none', async () => {
    const good = await fileOf(rows(3), 'good.csv');
    const bad = await fileOf([row(5), `${row(6).slice(0, 24)},x,1,1,1,1`], 'bad.csv');
    const files = { path: good, morePaths: [bad], chartName: 'year' };
    const refused = await importFile({ url: database.url, ...files });
    expect(refused).toMatchObject({ type: 'refused', errorCount: 1 });
    expect(refused.issues[0]).toMatchObject({ line: 3, file: 'bad.csv' });
    await expectNothingStored();
  });
});
