import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { chooseTable } from '../files/choose-table';
import { importFile } from './import-file';
import { importTests } from './testing';

const { database, folder } = await importTests();

async function stored(name: string, content: string | Buffer) {
  const path = join(folder, name);
  await writeFile(path, content);
  const outcome = await importFile({ url: database.url, path });
  if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
  expect(outcome.chartName).not.toContain('.');
  const rows = await database.db.execute(
    sql`select extract(epoch from time)::float8 as time, open, high, low, close, volume from candles where chart_id = ${outcome.chartId} order by 1`,
  );
  return [...rows];
}

const FROM = Date.UTC(2024, 0, 2) / 1000;
const CANDLES = Array.from({ length: 5_000 }, (_, i) => ({
  time: FROM + i * 60,
  open: 100 + (i % 37) / 4,
  high: 101.25 + (i % 37) / 4,
  low: 99 + (i % 37) / 4,
  close: 100.5 + (i % 37) / 4,
  volume: i % 11,
}));
const klines = CANDLES.map(({ time, open, high, low, close, volume }) => [
  ...[time * 1000, `${open}`, `${high}`, `${low}`, `${close}`, `${volume}`],
  ...[time * 1000 + 59_999, '15', 5, '5', '7', '0'],
]);
const short = CANDLES.map(({ time: t, open: o, high: h, low: l, close: c, volume: v }) => ({
  ...{ v, vw: c, o, c, h, l },
  ...{ t: t * 1000, n: 3 },
}));

it.each([
  ['klines', 'klines.json', JSON.stringify(klines)],
  ['records in an envelope', 'aggs.json', JSON.stringify({ ticker: 'A', results: short }, null, 1)],
  ['JSON lines', 'lines.jsonl', CANDLES.map((candle) => JSON.stringify(candle)).join('\n')],
])('stores %s as they are', async (_, name, content) => {
  expect(await stored(name, content)).toEqual(CANDLES);
});

it('stores one kline', async () => {
  expect(await stored('one.json', JSON.stringify([klines[0]]))).toEqual([CANDLES[0]]);
});

describe('Parquet', () => {
  const prices = (['open', 'high', 'low', 'close', 'volume'] as const).map((name) => ({
    name,
    data: CANDLES.map((candle) => candle[name]),
    type: 'DOUBLE' as const,
  }));
  const parquet = (time: ColumnSource, options: { codec?: 'SNAPPY' | 'UNCOMPRESSED' } = {}) =>
    Buffer.from(
      parquetWriteBuffer({ columnData: [time, ...prices], rowGroupSize: 1_999, ...options }),
    );
  const dates = CANDLES.map(({ time }) => new Date(time * 1_000));

  it.each<[string, ColumnSource]>([
    ['timestamps', { name: 'time', data: dates, type: 'TIMESTAMP' }],
    ['the index of pandas', { name: '__index_level_0__', data: dates, type: 'TIMESTAMP' }],
    [
      'milliseconds',
      { name: 'ts', data: CANDLES.map(({ time }) => BigInt(time * 1_000)), type: 'INT64' },
    ],
    ['texts', { name: 'Date', data: dates.map((date) => date.toISOString()), type: 'STRING' }],
  ])('with %s is stored as it is', async (_, time) => {
    expect(await stored('prices.parquet', parquet(time))).toEqual(CANDLES);
  });

  it('without packing is stored as it is', async () => {
    const time: ColumnSource = { name: 'time', data: dates, type: 'TIMESTAMP' };
    expect(await stored('p.parquet', parquet(time, { codec: 'UNCOMPRESSED' }))).toEqual(CANDLES);
  });

  it('reads times of no zone in the one that is told, to the microsecond', async () => {
    const micros = CANDLES.map(({ time }) => BigInt(time) * 1_000_000n + 250_001n);
    const columnData = [
      { name: 'ts', data: micros },
      ...prices.map(({ name, data }) => ({ name, data })),
    ];
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 6 },
      {
        ...{ name: 'ts', type: 'INT64', repetition_type: 'REQUIRED' },
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
      },
      ...prices.map(({ name, type }) => ({ name, type, repetition_type: 'REQUIRED' as const })),
    ];
    const path = join(folder, 'naive.parquet');
    await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData, schema })));
    const { source } = await chooseTable(path, 'naive.parquet');
    const { value } = await source.chunks().next();
    expect(Buffer.from(value!).toString()).toBe('ts,open,high,low,close,volume\n');
    let text = '';
    for await (const chunk of source.chunks()) text += Buffer.from(chunk).toString();
    expect(text.split('\n')[1]).toBe('2024-01-02T00:00:00.250001,100,101.25,99,100.5,0');
  });
});
