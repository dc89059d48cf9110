import postgres from 'postgres';
import { count } from './compare';
import type { BenchEnvironment } from './environment';
import { type BenchChart, makeChart } from './make-chart';

/**
 * A chart with that many spans in all colours, evenly over its candles, 20 to 109 bars long. What
 * is there from an earlier run is taken.
 */
export async function makeMarkedChart(
  environment: BenchEnvironment,
  candles: number,
  spans: number,
): Promise<BenchChart> {
  const name = `${count(candles)} candles, ${count(spans)} spans`;
  const chart = await makeChart(environment, candles, name);
  const sql = postgres(environment.adminUrl, { max: 1, connection: { TimeZone: 'UTC' } });
  const [{ there } = { there: 0 }] = await sql<{ there: number }[]>`
    select count(*)::int as there from span_annotations where chart_id = ${chart.id}`;
  if (there !== spans) {
    await sql`delete from span_annotations where chart_id = ${chart.id}`;
    await sql`
      with bars as (
        select time, row_number() over (order by time) - 1 as bar
        from candles where chart_id = ${chart.id}
      ), names as (select array_agg(name order by sort_order) as name from span_label_types)
      insert into span_annotations
        (uid, chart_id, start_time, end_time, label, confidence, notes, rev, created_by, updated_by)
      select gen_random_uuid(), ${chart.id}, first.time, last.time,
        name[1 + n % cardinality(name)], 1 + n % 5,
        'as long as what people write, more or less', 1, 'local', 'local'
      from names, generate_series(0, ${spans - 1}::int) n
        join bars first on first.bar = n * (${candles}::bigint - 110) / ${Math.max(spans, 1)}
        join bars last on last.bar = first.bar + 19 + n % 90`;
    await sql`update charts set rev = 1 where id = ${chart.id}`;
    await sql`vacuum analyze`;
  }
  await sql.end();
  return chart;
}
