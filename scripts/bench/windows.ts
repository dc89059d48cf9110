import postgres from 'postgres';
import { connect } from '@/lib/db';
import { exportCharts } from '@/server/exports/export-charts';
import { LOCAL_SCOPE } from '@/server/scope';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { makeMarkedChart } from './setup/make-marked-chart';

export const run = () => withBenchEnvironment(measure);

/** Spans exported with their candles, about a hundred lines each, and with outcomes, against as many points. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 10_000);
  const { id } = await makeMarkedChart(environment, 100 * spans, spans);
  await addPoints(environment, id);
  const { db, close } = connect(environment.url);
  const exportAs = async (format: 'windowed-csv' | 'spans-json' | 'points-csv') => {
    for await (const _ of exportCharts(db, LOCAL_SCOPE, {
      format,
      chartIds: [id],
      context: 20,
      zone: 'UTC',
    }));
  };
  await compare({
    what: `${count(spans)} spans`,
    ours: [
      { name: 'as windows', run: () => exportAs('windowed-csv') },
      { name: 'as JSON with outcomes', run: () => exportAs('spans-json') },
    ],
    baseline: { name: 'as points', run: () => exportAs('points-csv') },
    rounds: sizeOf('BENCH_ROUNDS', 10),
    atMost: 3,
    judged: 'p50',
  });
  await close();
}

/** A point at the start of each span. */
async function addPoints({ adminUrl }: BenchEnvironment, chartId: number) {
  const sql = postgres(adminUrl, { max: 1 });
  await sql`delete from annotations where chart_id = ${chartId}`;
  await sql`
    insert into annotations (uid, chart_id, time, label_type, notes, rev)
    select gen_random_uuid(), chart_id, start_time, 'break_up', notes, rev
    from span_annotations where chart_id = ${chartId}`;
  await sql`vacuum analyze`;
  await sql.end();
}
