import postgres from 'postgres';
import { TILE_BARS } from '@/contract/candles';
import type { UtcSeconds } from '@/contract/units';
import { toPgTimestamp } from '@/lib/time';
import { type Api, createClient } from './setup/client';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { withFloor } from './setup/floor';
import { type BenchChart, makeChart } from './setup/make-chart';
import { tileReader } from './setup/tiles';

const WINDOW = 5_000;
const PLACES = 200;

export const run = () => withBenchEnvironment(measure);

/** Candles from the server to arrays in the client, against the rows as PostgreSQL's client gives them. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const candles = sizeOf('BENCH_ROWS', 10_000_000);
  const chart = await makeChart(environment, candles);
  const web = await environment.openWeb();
  const api = createClient(web);
  const reader = await tileReader(api, chart.id);
  const sql = postgres(environment.url, { max: 1 });
  const length = Math.min(WINDOW, candles);
  const windows = await findWindows(api, chart, reader.timeframe, length);
  const at = (round: number) => windows.at(round % windows.length)!;
  const { dataRev } = await api.candles.pyramid.query({ chartId: chart.id });
  const seqs = Array.from({ length: Math.ceil(length / TILE_BARS) }, (_, seq) => seq);
  const query = { chartId: chart.id, dataRev, timeframe: reader.timeframe, level: 0, seqs };
  const packed = (client: Api) => client.candles.tiles.query(query);
  await withFloor(web, packed, (floor) =>
    compare({
      what: `${count(length)} candles of ${count(candles)}, anywhere`,
      ours: [{ name: 'tiles', run: (round) => reader.read(0, at(round).bar, length) }],
      floor,
      baseline: {
        name: 'rows by postgres',
        async run(round) {
          const rows = await sql`
          select time, open, high, low, close, volume from candles
          where chart_id = ${chart.id} and time >= ${at(round).from} order by time limit ${length}`;
          if (rows.length !== length) throw new Error(`${rows.length} rows instead of ${length}`);
        },
      },
      rounds: sizeOf('BENCH_ROUNDS', 300),
      atMost: 0.5,
      judged: 'p50',
    }),
  );
  await sql.end();
}

type Window = { bar: number; from: string };

/** Spread over the chart, none beginning where a tile does but by chance. */
async function findWindows(
  api: Api,
  { id: chartId, candles, firstTime, lastTime }: BenchChart,
  timeframe: number,
  length: number,
): Promise<Window[]> {
  const windows: Window[] = [];
  for (let i = 0; i < PLACES; i++) {
    const place = (i * 0.618_033_988_75) % 1;
    const time: UtcSeconds = Math.floor(firstTime + place * (lastTime - firstTime));
    const { bar } = await api.candles.locate.query({ chartId, timeframe, time });
    if (bar + length < candles) windows.push({ bar: bar + 1, from: toPgTimestamp(time + 1) });
  }
  return windows.length > 0 ? windows : [{ bar: 0, from: toPgTimestamp(firstTime) }];
}
