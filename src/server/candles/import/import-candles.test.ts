import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '@/contract/uploads';
import { startProxy } from '@/lib/db/testing-proxy';
import { LOCAL_SCOPE } from '../../scope';
import { chooseTable } from '../files/choose-table';
import { importCandles } from './import-candles';
import { importFile } from './import-file';
import { type Done, importTests, other, row, rows, START } from './testing';

const { database, fileOf, load, loadAll, query, candlesOf, tilesOf, expectNothingStored } =
  await importTests();

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

  it('knows how far candles are apart below a second, and builds bars of a second of them', async () => {
    const done = await loadAll(rows(2_000, 0.25));
    expect(done.timeframe).toBe(0.25);
    const chart = await database.db.query.charts.findFirst();
    expect(chart?.timeframe).toBe(0.25);
    const tiles = (await tilesOf(done.chartId)).filter(({ level }) => level === 0);
    const bars = (timeframe: number) =>
      tiles.reduce((sum, tile) => sum + (tile.timeframe === timeframe ? tile.time.length : 0), 0);
    expect([0.25, 1, 60].map(bars)).toEqual([2_000, 500, 9]);
  });

  it('keeps fractions of a second and numbers to the bit', async () => {
    const path = await fileOf([
      '1704153600.123456,0.1,0.30000000000000004,0.1,0.2,1e-7',
      '1704153600.654321,0.1,12345678.123456789,-3,0.2,',
    ]);
    const done = await importFile({ url: database.url, path, chartName: 'ticks' });
    expect(done).toMatchObject({ timeframe: 0.530865, firstTime: 1704153600.123456 });
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
    // Where most closes lay outside of the candle, the columns would be asked about.
    const kinds = [low, bad, row, row];
    const lines = Array.from({ length: 44_000 }, (_, i) => kinds[i % 4]!(i));
    const outcome = await load(lines);
    expect(outcome).toMatchObject({ type: 'refused', issueCount: 22_000, errorCount: 11_000 });
    expect(outcome.issues).toHaveLength(20_000);
    expect(outcome.issues.at(-1)).toMatchObject({ line: 39_999, severity: 'error' });
  });

  it('leaves its good rows behind when they are asked for', async () => {
    const done = await loadAll([row(0), bad(1), row(2)], { acceptGoodRows: true });
    expect(done).toMatchObject({ candles: 2, issueCount: 1 });
    expect(await candlesOf(done.chartId)).toHaveLength(2);
  });

  it('takes the zone that the times of a new chart are read in for that of its exchange', async () => {
    const zoneOf = async (timeZone: string) => {
      const { chartId } = await loadAll(
        ['2024-01-02 09:30,1,2,0.5,1,1', '2024-01-02 09:31,1,2,0.5,1,1'],
        {
          mapping: { timeZone },
        },
      );
      const [chart] = await query<{ zone: string | null }>(
        sql`select exchange_zone as zone from charts where id = ${chartId}`,
      );
      return chart?.zone;
    };
    expect(await zoneOf('America/New_York')).toBe('America/New_York');
    expect(await zoneOf('+05:30')).toBe(null);
    expect(await zoneOf('UTC')).toBe(null);
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
    [
      'prices that are no numbers',
      ['2024-01-02,0x64,0x64,0x64,0x64,1', '2024-01-03,0x64,0x64,0x64,0x64,1'],
      'holds no rows of data: line 2, “2024-01-02,0x64,0x64,0x64,0x64,1”, has no prices that can be read.',
    ],
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
