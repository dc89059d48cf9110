import postgres from 'postgres';
import { connect } from '@/lib/db';
import { toPgTimestamp } from '@/lib/time';
import { LOCAL_ACTOR } from '@/server/context';
import { callerFor } from '@/server/root';
import { type Api, createClient } from './setup/client';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { withFloor } from './setup/floor';
import { makeSpans, SPAN_EVERY } from './setup/make-spans';
import { START } from './setup/walk';

const LISTED = 200;

export const run = () => withBenchEnvironment(measure);

/** A page of spans through everything that a request goes through, against its one query. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 100_000);
  const chartId = await makeSpans(environment, spans);
  const web = await environment.openWeb();
  const api = createClient(web);
  const { db, close } = connect(environment.url);
  const caller = callerFor({ db, actor: LOCAL_ACTOR });
  const sql = postgres(environment.url, { max: 1 });
  const listed = Math.min(LISTED, spans);
  const windowOf = (round: number) => {
    const first = 1 + (Math.abs(round * 4_999) % (spans - listed + 1));
    const from = START + first * SPAN_EVERY;
    return { from, to: from + (listed - 1) * SPAN_EVERY };
  };
  const first = (client: Api) => list(client.spans.list.query, 1);
  await withFloor(web, first, (floor) =>
    compare({
      what: `spans.list, ${listed} spans of ${count(spans)}`,
      ours: [
        { name: 'spans.list', run: (round) => list(caller.spans.list, round) },
        { name: 'spans.list by HTTP', run: (round) => list(api.spans.list.query, round) },
      ],
      floor,
      baseline: {
        name: 'its query by postgres',
        async run(round) {
          const { from, to } = windowOf(round);
          const rows = await sql`
          select id, uid, chart_id, start_time, end_time, label, confidence, outcome, notes,
            sub_spans, color, source, model_prediction, rev, created_at, updated_at
          from span_annotations
          where chart_id = ${chartId} and start_time <= ${toPgTimestamp(to)}
            and end_time >= ${toPgTimestamp(from)}
            and start_time >= (
              select ${toPgTimestamp(from)}::timestamptz - max(end_time - start_time)
              from span_annotations where chart_id = ${chartId})
          order by start_time, id limit 20000`;
          expectRows(rows.length, listed);
        },
      },
      rounds: sizeOf('BENCH_ROUNDS', 1_000),
      atMost: 2,
      judged: 'p50',
    }),
  );
  await sql.end();
  await close();

  async function list(call: (typeof caller)['spans']['list'], round: number) {
    const rows = await call({ chartId, ...windowOf(round) });
    expectRows(rows.length, listed);
  }
}

/** One that began before the window may reach into it. */
function expectRows(rows: number, listed: number) {
  if (rows < listed || rows > listed + 1) throw new Error(`${rows} spans instead of ${listed}`);
}
