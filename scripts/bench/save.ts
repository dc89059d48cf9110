import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { completeSpan } from '@/contract/spans';
import { connect } from '@/lib/db';
import { toPgTimestamp } from '@/lib/time';
import { LOCAL_ACTOR } from '@/server/context';
import { callerFor } from '@/server/root';
import { type Api, createClient } from './setup/client';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, withBenchEnvironment } from './setup/environment';
import { withFloor } from './setup/floor';
import { makeSpans } from './setup/make-spans';
import { START } from './setup/walk';

export const run = () => withBenchEnvironment(measure);

/** A span from the click to the answer that it is kept, against the two INSERTs that it takes. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const spans = sizeOf('BENCH_ROWS', 100_000);
  const chartId = await makeSpans(environment, spans);
  const barelyId = await makeSpans(environment, spans);
  const web = await environment.openWeb();
  const api = createClient(web);
  const { db, close } = connect(environment.url);
  const caller = callerFor({ db, actor: LOCAL_ACTOR });
  const sql = postgres(environment.url, { max: 1 });
  const one = (client: Api) => save(client.spans.save.mutate);
  await withFloor(web, one, (floor) =>
    compare({
      what: `one span saved among ${count(spans)}`,
      ours: [
        { name: 'spans.save', run: () => save(caller.spans.save) },
        { name: 'spans.save by HTTP', run: () => save(api.spans.save.mutate) },
      ],
      floor,
      baseline: {
        name: 'two INSERTs by postgres',
        run: (round) => insertSpan(sql, barelyId, spans + 100 + round),
      },
      rounds: sizeOf('BENCH_ROUNDS', 1_000),
      atMost: 2,
      judged: 'p95',
    }),
  );
  await sql.end();
  await close();

  async function save(call: (typeof caller)['spans']['save']) {
    const { rows } = await call({ chartId, diff: { created: [spanAt(START)] } });
    if (rows.length !== 1) throw new Error('the span was not saved');
  }
}

const spanAt = (startTime: number) => ({
  uid: randomUUID(),
  ...completeSpan({
    startTime,
    endTime: startTime + 3_600,
    label: 'bull_flag',
    confidence: 4,
    notes: 'as long as what people write, more or less',
  }),
});

function insertSpan(sql: postgres.Sql, chartId: number, rev: number) {
  const span = spanAt(START);
  const { uid, startTime, endTime, label, confidence, notes, source } = span;
  return sql.begin(async (tx) => {
    await tx`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, confidence, notes,
        source, rev, created_by, updated_by)
      values (${uid}, ${chartId}, ${toPgTimestamp(startTime)}, ${toPgTimestamp(endTime)}, ${label},
        ${confidence}, ${notes}, ${source}, ${rev}, 'local', 'local')`;
    await tx`
      insert into revisions (chart_id, rev, uid, entity, op, after, actor)
      values (${chartId}, ${rev}, ${uid}, 'span', 'create', ${tx.json(span)}, 'local')`;
  });
}
