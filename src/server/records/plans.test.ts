import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { applyAnnotations } from '../annotations/data';
import { applySpans } from '../spans/data';
import { scopeOf, serverTests } from '../testing';

const MANY = 20_000;
const TABLES = ['span_annotations', 'annotations', 'revisions', 'charts'];
/** A plan is kept from the sixth time on. */
const TIMES = 8;

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  for (const table of TABLES) {
    await server.db.execute(
      sql`alter table ${sql.identifier(table)} set (autovacuum_enabled = off)`,
    );
  }
  // From here on PostgreSQL takes the tables for as empty as they are now.
  await server.db.execute(sql`vacuum analyze`);
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

const span = () => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: 0, endTime: 1, label: 'bull_flag' }),
});
const marker = () => ({
  uid: randomUUID(),
  time: 0,
  labelType: 'break_up',
  geometry: null,
  notes: null,
  color: null,
});
const NONE = { created: [], updated: [], deleted: [] };

/** Makes, changes and deletes one. */
async function live(
  save: (diff: object) => Promise<{ rev: number }>,
  made: ReturnType<typeof span> | ReturnType<typeof marker>,
) {
  const { rev } = await save({ ...NONE, created: [made] });
  await save({ ...NONE, updated: [{ ...made, color: '#123456', rev }] });
  await save({ ...NONE, deleted: [{ uid: made.uid, rev: rev + 1 }] });
}

async function liveBoth(tx: Tx) {
  const scope = scopeOf(chartId);
  await live((diff) => applySpans(tx, scope, diff as typeof NONE), span());
  await live((diff) => applyAnnotations(tx, scope, diff as typeof NONE), marker());
}

test('the plans of a save, kept since the tables were empty, are good for full ones', async () => {
  for (let time = 0; time < TIMES; time++) await liveBoth(server.db);
  await server.db.execute(sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
    select gen_random_uuid(), ${chartId}, now(), now(), 'custom', 1
    from generate_series(1, ${MANY}::int)`);
  await server.db.execute(sql`
    insert into annotations (uid, chart_id, time, label_type, rev)
    select gen_random_uuid(), ${chartId}, now(), 'break_up', 1
    from generate_series(1, ${MANY}::int)`);
  await server.db.transaction(async (tx) => {
    await liveBoth(tx);
    const [kept] = await tx.execute<{ count: number }>(sql`
      select count(*)::int from pg_prepared_statements
      where statement like '%jsonb_to_recordset%' and generic_plans > 0`);
    expect(kept?.count).toBe(6);
    const [read] = await tx.execute<{ rows: number }>(sql`
      select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
      where relname in ('span_annotations', 'annotations', 'revisions')`);
    expect(read?.rows).toBeLessThan(200);
  });
});
