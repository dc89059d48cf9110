import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { ClientBase } from 'pg';
import { ANNOTATION_FIELDS } from '@/contract/annotations';
import { keysOf } from '@/contract/fields';
import { SPAN_FIELDS } from '@/contract/spans';
import { annotations, annotationTypes, charts, revisions, spanAnnotations } from '@/lib/db/schema';
import { wireRow } from '@/lib/db/wire';
import type { ChartScope } from '../scope';
import { STORED_KEYS } from './diff';

const dialect = new PgDialect();
const { geometry } = annotations;
const corner = (which: SQL) => sql`to_timestamp(${which}(
  (${geometry} ->> 'startTime')::double precision, (${geometry} ->> 'endTime')::double precision))`;

/** What can be stale, and the first and the last candle of its range. A price level has none. */
const KINDS = [
  {
    name: 'span',
    table: spanAnnotations,
    row: wireRow(spanAnnotations, [...STORED_KEYS, ...keysOf(SPAN_FIELDS)]),
    range: sql`${spanAnnotations.startTime} and ${spanAnnotations.endTime}`,
    where: sql`true`,
  },
  {
    name: 'annotation',
    table: annotations,
    row: wireRow(annotations, [...STORED_KEYS, ...keysOf(ANNOTATION_FIELDS)]),
    range: sql`coalesce(${corner(sql`least`)}, ${annotations.time})
      and coalesce(${corner(sql`greatest`)}, ${annotations.time})`,
    where: sql`not exists (select from ${annotationTypes}
      where ${annotationTypes.name} = ${annotations.labelType} and ${annotationTypes.category} = 'level')`,
  },
] as const;

const touches = (changed: SQL, range: SQL) =>
  sql`exists (select from ${changed} as changed where changed.time between ${range})`;

async function run<Row extends object>(client: ClientBase, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return (await client.query<Row>(text, params)).rows;
}

/** How much `markStale` would mark. */
export async function countTouched(client: ClientBase, chartId: number, changed: SQL) {
  let touched = 0;
  for (const { table, range, where } of KINDS) {
    const [found] = await run<{ count: number }>(
      client,
      sql`select count(*)::int from ${table}
        where ${table.chartId} = ${chartId} and ${where} and ${touches(changed, range)}`,
    );
    touched += found?.count ?? 0;
  }
  return touched;
}

/**
 * Marks what has a candle in its range whose time is one of `changed`, a table with a column `time`, as
 * stale: as one revision of the chart, in the transaction of the import that `client` is in. What was stale
 * already is marked anew, so that an answer to the earlier change comes too late.
 */
export async function markStale(
  client: ClientBase,
  { chartId, actor }: ChartScope,
  changed: SQL,
): Promise<number> {
  const [chart] = await run<{ rev: number }>(
    client,
    sql`select rev::double precision from ${charts} where id = ${chartId} for no key update`,
  );
  if (!chart) return 0;
  const next = chart.rev + 1;
  let marked = 0;
  for (const { name, table, row, range, where } of KINDS) {
    const [done] = await run<{ count: number }>(
      client,
      sql`
      with old as materialized (
        select ${table.uid}, ${row} as row from ${table}
        where ${table.chartId} = ${chartId} and ${where}
          and ${touches(changed, range)}
      ),
      written as (
        update ${table} set candles_changed_at = now(), rev = ${next}
        from old where ${table.uid} = old.uid
        returning ${table}.*
      ),
      logged as (
        insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
        select ${chartId}, ${next}, old.uid, ${name}, 'update', old.row, ${row}, ${actor.id},
          statement_timestamp()
        from written as ${table} join old on old.uid = ${table.uid}
      )
      select count(*)::int from written`,
    );
    marked += done?.count ?? 0;
  }
  if (marked > 0) await run(client, sql`update ${charts} set rev = ${next} where id = ${chartId}`);
  return marked;
}
