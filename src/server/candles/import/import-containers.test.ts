import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { importFile } from './import-file';

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-containers-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});

async function stored(name: string, content: string | Buffer) {
  const path = join(folder, name);
  await writeFile(path, content);
  const outcome = await importFile({ url: database.url, path });
  if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
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
