import {
  and,
  asc,
  eq,
  type GetColumnData,
  getTableColumns,
  gt,
  inArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Annotation } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import { type ExaminedRange, MAX_RANGES } from '@/contract/examined';
import type { Span } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { annotations, candles, spanAnnotations } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { toPgTimestamp } from '@/lib/time';
import { listExamined } from '../../examined/data';
import { type ChartScope, ofChart } from '../../scope';
import type { Shape } from '../row-identity';

const RECORD_PAGE = 1_000;

/** Spans in pages by start. */
export function spanPages(tx: Tx, scope: ChartScope): AsyncGenerator<Span[], void> {
  return pages(async (after: Span | undefined) => {
    const rows = await tx
      .select(getTableColumns(spanAnnotations))
      .from(spanAnnotations)
      .where(
        and(
          ofChart(scope, spanAnnotations.chartId),
          after && later(spanAnnotations.startTime, after.startTime, spanAnnotations.id, after.id),
        ),
      )
      .orderBy(asc(spanAnnotations.startTime), asc(spanAnnotations.id))
      .limit(RECORD_PAGE);
    return rows as Span[];
  });
}

/** Annotations in pages by time. */
export function annotationPages(tx: Tx, scope: ChartScope): AsyncGenerator<Annotation[], void> {
  return pages((after: Annotation | undefined) =>
    tx
      .select(getTableColumns(annotations))
      .from(annotations)
      .where(
        and(
          ofChart(scope, annotations.chartId),
          after && later(annotations.time, after.time, annotations.id, after.id),
        ),
      )
      .orderBy(asc(annotations.time), asc(annotations.id))
      .limit(RECORD_PAGE),
  );
}

/** All that people have examined on the chart, by start. */
export const readExamined = (tx: Tx, scope: ChartScope): Promise<ExaminedRange[]> =>
  listExamined(tx, scope, { ...ALL_TIME, limit: MAX_RANGES });

/**
 * The revs of those rows among `uids` that exist; null where one is on another chart, of which no
 * more is told than that the uid, which is for one row alone, is taken.
 */
export async function findHolders(
  tx: Tx,
  scope: ChartScope,
  table: typeof spanAnnotations | typeof annotations,
  uids: string[],
): Promise<Map<string, number | null>> {
  const rev = sql<number | null>`case when ${ofChart(scope, table.chartId)} then ${table.rev} end`;
  const rows = await tx
    .select({ uid: table.uid, rev: rev.mapWith(table.rev) })
    .from(table)
    .where(anyOf(table.uid, uids))
    .limit(uids.length);
  return new Map(rows.map((row) => [row.uid, row.rev]));
}

/** The rows of `uids` as the chart has them. */
export async function findRows(
  tx: Tx,
  scope: ChartScope,
  table: typeof spanAnnotations | typeof annotations,
  uids: string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (uids.length === 0) return new Map();
  const rows = await tx
    .select(getTableColumns<typeof spanAnnotations | typeof annotations>(table))
    .from(table)
    .where(and(ofChart(scope, table.chartId), anyOf(table.uid, uids)));
  return new Map(rows.map((row) => [row.uid, row]));
}

/** The chart's spans or annotations that begin at `times`. */
export async function listRowsAt(
  tx: Tx,
  scope: ChartScope,
  table: typeof spanAnnotations | typeof annotations,
  times: UtcSeconds[],
): Promise<Shape[]> {
  if (times.length === 0) return [];
  if (table === spanAnnotations) {
    return await tx
      .select(getTableColumns(spanAnnotations))
      .from(spanAnnotations)
      .where(
        and(ofChart(scope, spanAnnotations.chartId), inArray(spanAnnotations.startTime, times)),
      );
  }
  return await tx
    .select(getTableColumns(annotations))
    .from(annotations)
    .where(and(ofChart(scope, annotations.chartId), inArray(annotations.time, times)));
}

/** Of `days`, which are midnights, those places at which the chart has candles later on the day. */
export async function listDaysWithCandles(
  tx: Tx,
  scope: ChartScope,
  days: readonly UtcSeconds[],
): Promise<number[]> {
  if (days.length === 0) return [];
  const list = `{${days.map((day) => `"${toPgTimestamp(day)}"`).join()}}`;
  const rows = await tx.execute<{ place: number }>(sql`
    select place::int - 1 as place
    from unnest(${list}::timestamptz[]) with ordinality as days (day, place)
    where exists (select from ${candles} where ${ofChart(scope, candles.chartId)}
      and time > day and time < day + interval '24 hours')
    order by place`);
  return rows.map(({ place }) => place);
}

/** The first of `ranges` in which the chart has more candles than it has rows; its place. */
export async function findLeftOut(
  tx: Tx,
  scope: ChartScope,
  ranges: readonly { startTime: UtcSeconds; endTime: UtcSeconds; rows: number }[],
): Promise<number | undefined> {
  if (ranges.length === 0) return undefined;
  const list = (times: UtcSeconds[]) =>
    `{${times.map((time) => `"${toPgTimestamp(time)}"`).join()}}`;
  const starts = list(ranges.map(({ startTime }) => startTime));
  const ends = list(ranges.map(({ endTime }) => endTime));
  const counts = `{${ranges.map(({ rows }) => rows).join()}}`;
  const [found] = await tx.execute<{ place: number }>(sql`
    select place::int - 1 as place
    from unnest(${starts}::timestamptz[], ${ends}::timestamptz[], ${counts}::int[])
      with ordinality as ranges (first, last, rows, place)
    where rows < (select count(*) from ${candles}
      where ${ofChart(scope, candles.chartId)} and time between first and last)
    order by place limit 1`);
  return found?.place;
}

type OffCandles = { place: number; isAtStart: boolean; isEmpty: boolean };

/** Those of `ranges` that begin or end where the chart, which has candles, has none; and whether any is in them. */
export async function listOffCandles(
  tx: Tx,
  scope: ChartScope,
  ranges: readonly { startTime: UtcSeconds; endTime: UtcSeconds }[],
): Promise<OffCandles[]> {
  if (ranges.length === 0) return [];
  const list = (times: UtcSeconds[]) =>
    `{${times.map((time) => `"${toPgTimestamp(time)}"`).join()}}`;
  const starts = list(ranges.map(({ startTime }) => startTime));
  const ends = list(ranges.map(({ endTime }) => endTime));
  const has = (where: SQL) =>
    sql`exists (select from ${candles} where ${ofChart(scope, candles.chartId)} and ${where})`;
  return await tx.execute<OffCandles>(sql`
    select place::int - 1 as place, "isAtStart", not ${has(sql`time between first and last`)} as "isEmpty"
    from (
      select place, first, last, ${has(sql`time = first`)} as "isAtStart", ${has(sql`time = last`)} as "isAtEnd"
      from unnest(${starts}::timestamptz[], ${ends}::timestamptz[]) with ordinality as range (first, last, place)
    ) as ranges
    where not ("isAtStart" and "isAtEnd") and ${has(sql`true`)}
    order by place`);
}

async function* pages<Row>(
  read: (after: Row | undefined) => PromiseLike<Row[]>,
): AsyncGenerator<Row[], void> {
  for (let after: Row | undefined; ; ) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    if (rows.length < RECORD_PAGE) return;
    after = rows.at(-1);
  }
}

const later = <Time extends PgColumn, Id extends PgColumn>(
  time: Time,
  afterTime: GetColumnData<Time>,
  id: Id,
  afterId: GetColumnData<Id>,
) => or(gt(time, afterTime), and(eq(time, afterTime), gt(id, afterId)));
