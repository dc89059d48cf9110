import type { Client } from 'pg';
import { connectForCopy } from '@/lib/db/copy/connect';
import { ImportIssues } from '@/server/candles/files/issues';
import { OrderedStore } from '@/server/candles/import/store';
import { createUnnamedChart, nameChart } from '@/server/candles/import/target';
import { LOCAL_SCOPE } from '@/server/scope';
import { count } from './compare';
import type { BenchEnvironment } from './environment';
import { walk } from './walk';

export type BenchChart = { id: number; candles: number; firstTime: number; lastTime: number };

/** A chart of that many candles, stored as an import stores them; one that is there is taken. */
export async function makeChart(
  { adminUrl }: BenchEnvironment,
  candles: number,
  name = `${count(candles)} candles`,
): Promise<BenchChart> {
  const client = await connectForCopy(adminUrl);
  try {
    return (await findChart(client, name)) ?? (await storeChart(client, name, candles));
  } finally {
    await client.end();
  }
}

async function storeChart(client: Client, name: string, candles: number): Promise<BenchChart> {
  const started = performance.now();
  await client.query('begin');
  const chartId = await createUnnamedChart(client, LOCAL_SCOPE);
  const store = new OrderedStore(client, chartId, new ImportIssues(), true);
  for (const batch of walk(candles)) await store.add(batch);
  await store.finish(() => {});
  await nameChart(client, chartId, name);
  await client.query('commit');
  await client.query('vacuum analyze');
  const seconds = (performance.now() - started) / 1000;
  console.log(`made a chart of ${name} in ${seconds.toFixed(0)} s`);
  const chart = await findChart(client, name);
  if (chart?.candles !== candles) throw new Error(`the chart of ${name} is not whole`);
  return chart;
}

async function findChart(client: Client, name: string): Promise<BenchChart | null> {
  const { rows } = await client.query<BenchChart>(
    `select id, candle_count::float8 as candles, extract(epoch from first_time)::float8 as "firstTime",
       extract(epoch from last_time)::float8 as "lastTime"
     from charts where name = $1`,
    [name],
  );
  return rows[0] ?? null;
}
