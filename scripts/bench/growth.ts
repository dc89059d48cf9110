import { connectForCopy } from '@/lib/db/copy/connect';
import { createClient } from './setup/client';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { type BenchChart, makeChart } from './setup/make-chart';
import { tileReader } from './setup/tiles';

const WINDOW = 5_000;

/** Candles from one of two databases of one server: one with a short chart alone, one that is full. */
export async function run(): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 1_000_000);
  const rows = sizeOf('BENCH_TOTAL_ROWS', 100_000_000);
  await withBenchEnvironment(async (full, another) => {
    const alone = await another('alone');
    const small = await makeChart(alone, candles);
    const few = await tileReader(createClient(await alone.openWeb()), small.id);
    const chart = await makeChart(full, candles);
    await fill(full, chart, rows);
    const many = await tileReader(createClient(await full.openWeb()), chart.id);
    const window = Math.min(WINDOW, candles);
    const firstOf = (round: number) =>
      Math.floor((((round + 10) * 0.618_033_988_75) % 1) * (candles - window));
    await compare({
      what: `${count(window)} candles of ${count(candles)}`,
      ours: [
        { name: `among ${count(rows)} rows`, run: (round) => many.read(0, firstOf(round), window) },
      ],
      baseline: { name: 'alone', run: (round) => few.read(0, firstOf(round), window) },
      rounds: sizeOf('BENCH_ROUNDS', 300),
      atMost: 1.2,
      judged: 'p50',
    });
  });
}

/** Copies the chart, tiles and all, until the table has as many rows. */
async function fill({ adminUrl }: BenchEnvironment, { id, candles }: BenchChart, rows: number) {
  const client = await connectForCopy(adminUrl);
  await client.query("set session_replication_role to 'replica'");
  const { rows: found } = await client.query<{ charts: number }>(
    'select count(*)::int as charts from charts where candle_count = $1',
    [candles],
  );
  const started = performance.now();
  for (let charts = found[0]!.charts; charts * candles < rows; charts++) {
    await client.query('begin');
    const copied = await client.query<{ id: number }>(
      `insert into charts (name, timeframe, price_precision, candle_count, first_time, last_time, data_rev)
       select name || ' ' || $2, timeframe, price_precision, candle_count, first_time, last_time, data_rev
       from charts where id = $1 returning id`,
      [id, charts],
    );
    const of = [id, copied.rows[0]!.id];
    await client.query(
      `insert into candles select $2::int, time, open, high, low, close, volume
       from candles where chart_id = $1 order by time`,
      of,
    );
    await client.query(
      `insert into candle_tiles select $2::int, timeframe, level, seq, first_time, bars, bytes
       from candle_tiles where chart_id = $1`,
      of,
    );
    await client.query('commit');
  }
  await client.query('vacuum analyze');
  console.log(`filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  await client.end();
}
