import { isTrackedEnvelope, TRPCError } from '@trpc/server';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { COMMON_ERRORS } from './api';
import { describeProcedure } from './describe-procedure';
import { callerFor } from './root';
import { call, ownCharts, procedures, serverTests, type TestServer } from './testing';
import { inputsOf, type Known, strangeInputsOf } from './testing-input';

/** Of all procedures together: half of what their schemas allow, half of what they do not. */
// biome-ignore lint/style/noProcessEnv: npm run test:long sets it for this test alone.
const CALLS = Number(process.env.FUZZ_CALLS ?? 3000);
const runs = Math.ceil(CALLS / 2 / procedures.filter(({ inputs }) => inputs.length > 0).length);

const server = await serverTests();
let known: Known = {};
beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', server.url);
});

const said = vi.fn();
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(said.mockReset());
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Two charts with a little of everything; run again after something was changed. */
async function seed() {
  await server.db.execute(sql`
    insert into charts (id, name, timeframe, candle_count, data_rev, first_time, last_time)
    values (1, 'one', 60, 50, 1, to_timestamp(0), to_timestamp(2940)), (2, 'two', null, 0, 0, null, null)
    on conflict do nothing`);
  // Deleted ones are gone, or come back as they were.
  await server.db.execute(sql`delete from charts where id > 2 and deleted_at is not null`);
  await server.db.execute(sql`
    update charts set deleted_at = null, before_deletion = null,
      name = case id when 1 then 'one' else 'two' end where deleted_at is not null`);
  await ownCharts(server.db);
  await server.db.execute(sql`
    insert into candles select 1, to_timestamp(n * 60), 1, 2, 0.5, 1.5, 10 from generate_series(0, 49) n
    on conflict do nothing`);
  await server.db.execute(sql`
    insert into training_runs (id, params) values
      (1, '{"chartIds": [1], "labels": ["custom"]}'), (2, '{"chartIds": [2]}')
    on conflict do nothing`);
  await server.db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    select 1, 1, to_timestamp(n), to_timestamp(n + 9), 'custom', 0.5 from generate_series(1, 3) n
    where not exists (select from predictions)`);
  await server.db.execute(sql`
    insert into span_label_types (name, display_name, color) values ('custom', 'Custom', '#000000')
    on conflict do nothing`);
  await server.db.execute(sql`
    insert into annotation_types (name, display_name, color, category)
    values ('break_up', 'Up', '#000000', 'marker') on conflict do nothing`);
  await server.db.execute(sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
    select gen_random_uuid(), 1, to_timestamp(n), to_timestamp(n + 60), 'custom', 0
    from generate_series(1, 3) n where not exists (select from span_annotations where chart_id = 1)`);
  for (const table of ['charts', 'training_runs']) {
    await server.db.execute(
      sql`select setval(pg_get_serial_sequence(${table}, 'id'), (select max(id) from ${sql.identifier(table)}))`,
    );
  }
  const [found] = await server.db.execute<Known>(sql`select
    array(select uid from (select uid from span_annotations union all select uid from annotations) u
      order by random() limit 20) as uid,
    array(select name from span_label_types limit 20) as label,
    array(select name from annotation_types limit 20) as "labelType",
    array(select id from span_label_types union select id from annotation_types union select id::int from predictions) as id`);
  known = {
    ...found,
    chartId: [1, 2],
    runId: [1, 2],
    rev: [0, 1, 2, 3],
    since: [0, 1, 2],
    dataRev: [0, 1],
    timeframe: [60],
    from: [0, -100, 120],
    to: [3000, 0],
    startTime: [0, 60],
    endTime: [120, 180],
    spanUid: found?.uid ?? [],
    uid: [...(found?.uid ?? []), '00000000-0000-4000-8000-000000000001'],
    lastEventId: ['0', '1', '2'],
  };
}

const TABLES = [
  'charts',
  'chart_members',
  'candles',
  'annotations',
  'annotation_types',
  'span_annotations',
  'span_label_types',
  'revisions',
  'training_runs',
  'predictions',
];
/** A number that a write always moves, and a hash of all that is stored. */
const writes = async () =>
  (await server.db.execute(sql`select pg_snapshot_xmax(pg_current_snapshot())::text as at`))[0]?.at;
async function contents() {
  const rows = TABLES.map(
    (table) => sql`select ${table} || t::text as row from ${sql.identifier(table)} t`,
  );
  const [hash] = await server.db.execute(
    sql`select md5(string_agg(row, '' order by row)) as hash from (${sql.join(rows, sql` union all `)}) r`,
  );
  return hash?.hash;
}

/** Calls as a browser would, that hears a stream for a moment and goes away; checks the answer. */
async function attempt(path: string, input: unknown) {
  const away = new AbortController();
  const actor = { id: 'local', role: 'owner' as const };
  const caller = callerFor({ db: server.db, actor }, { signal: away.signal });
  const result = await call(caller as TestServer['owner'], path, input);
  const { output } = describeProcedure(path);
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    output.parse(result);
    return;
  }
  const timer = setTimeout(() => away.abort(), 20);
  for await (const part of result as AsyncIterable<unknown>) {
    output.parse(isTrackedEnvelope(part) ? part[1] : part);
  }
  clearTimeout(timer);
}

/** What PostgreSQL says first: the query that failed is long. */
function reasonOf({ cause }: TRPCError): string {
  return cause?.cause === undefined ? String(cause) : `${String(cause.cause)} in ${String(cause)}`;
}

test.each(procedures.flatMap(({ path, inputs }) => (inputs.length > 0 ? [{ path, inputs }] : [])))(
  '$path answers or says what is wrong, and then nothing has changed',
  async ({ path, inputs }) => {
    const own = inputs.at(-1)!;
    const documented = Object.keys({ ...COMMON_ERRORS, ...describeProcedure(path).errors });
    await seed();
    let before = { writes: await writes(), contents: await contents() };
    for (const inputs of [inputsOf(own, () => known), strangeInputsOf(own, () => known)]) {
      await fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          const error = await attempt(path, input).then(
            () => null,
            (thrown) => thrown,
          );
          if (error) {
            if (!(error instanceof TRPCError)) throw error;
            expect(error.code, reasonOf(error)).not.toBe('INTERNAL_SERVER_ERROR');
            expect(documented).toContain(error.code);
          }
          const now = await writes();
          if (now === before.writes) return;
          if (error) expect(await contents()).toBe(before.contents);
          else await seed();
          before = { writes: await writes(), contents: await contents() };
        }),
        { numRuns: runs },
      );
    }
    expect(said).not.toHaveBeenCalled();
  },
  120_000 + 30 * CALLS,
);
