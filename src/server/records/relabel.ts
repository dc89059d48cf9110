import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import { charts, revisions } from '@/lib/db/schema';
import type { EntityRows } from './entity';

export type Renamed = { from: string; to: string; actorId: string };
/** The rev that each chart goes to, by its id. */
export type NextRevs = Record<string, number>;

/** Moves the charts among `chartIds` on to their next rev, under which the caller then writes. */
export async function takeRevs(tx: Tx, chartIds: SQL): Promise<NextRevs> {
  await tx.execute(sql`set local statement_timeout = '5min'`);
  const moved = await tx.execute<{ id: number; rev: number }>(sql`
    update ${charts} set rev = rev + 1 where id in (${chartIds})
    returning id, rev::double precision`);
  return Object.fromEntries(moved.map(({ id, rev }) => [id, rev]));
}

/** Gives rows another label, those of `where` if it is given; logs each under the rev of its chart. */
export async function relabel(
  tx: Tx,
  { table, label, name, row }: EntityRows,
  { from, to, actorId }: Renamed,
  revs: NextRevs,
  where: SQL = sql`true`,
): Promise<number> {
  const [done] = await tx.execute<{ count: number }>(sql`
    with revs as (
      select key::integer as chart, value::bigint as next
      from jsonb_each_text(${JSON.stringify(revs)}::jsonb)
    ),
    old as materialized (
      select ${table.uid}, ${row} as row from ${table} where ${label} = ${from} and ${where}
    ),
    written as (
      update ${table} set ${sql.identifier(label.name)} = ${to}, rev = next, updated_at = now(),
        updated_by = ${actorId}
      from revs, old where ${table.chartId} = chart and ${table.uid} = old.uid
      returning chart, next, ${table}.*
    ),
    logged as (
      insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
      select chart, next, old.uid, ${name}, 'update', old.row, ${row}, ${actorId},
        statement_timestamp()
      from written as ${table} join old on old.uid = ${table.uid}
    )
    select count(*)::int from written`);
  return done?.count ?? 0;
}
