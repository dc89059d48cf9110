import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { BenchEnvironment } from './environment';
import { START } from './walk';

export const SPAN_EVERY = 3_600;

/** A chart without candles with that many spans, one an hour, each from a revision of its own. */
export async function makeSpans({ adminUrl }: BenchEnvironment, spans: number): Promise<number> {
  const sql = postgres(adminUrl, { max: 1, connection: { TimeZone: 'UTC' } });
  const [chart] = await sql<{ id: number }[]>`
    insert into charts (name, created_by, rev)
    values (${`spans ${randomUUID()}`}, 'local', ${spans}) returning id`;
  const id = chart!.id;
  await sql`insert into chart_members (chart_id, user_id, role) values (${id}, 'local', 'owner')`;
  await sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, confidence, notes,
      sub_spans, rev, created_by, updated_by)
    select gen_random_uuid(), ${id}, at, at + interval '1 minute' * (20 + n % 90), 'bull_flag',
      1 + n % 5, 'as long as what people write, more or less',
      '[{"name": "pole", "startTime": 1, "endTime": 2}]', n, 'local', 'local'
    from generate_series(1, ${spans}::int) n,
      lateral (select to_timestamp(${START} + n * ${SPAN_EVERY}::bigint) as at) times`;
  await sql`
    insert into revisions (chart_id, rev, uid, entity, op, after, actor, at)
    select chart_id, rev, uid, 'span', 'create', to_jsonb(s), 'local', created_at
    from span_annotations s where chart_id = ${id}`;
  await sql`vacuum analyze`;
  await sql.end();
  return id;
}
