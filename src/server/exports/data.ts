import {
  and,
  asc,
  between,
  eq,
  type GetColumnData,
  getTableColumns,
  gt,
  inArray,
  or,
  type SQL,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Annotation } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import { type ExaminedRange, MAX_RANGES } from '@/contract/examined';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { annotations, candles, charts, spanAnnotations } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { toPgTimestamp } from '@/lib/time';
import { listExamined } from '../examined/data';
import { type ChartScope, inScope, noSuchChart, ofChart, type Scope } from '../scope';
import { unpackNumbers, unpackTimes } from './packed-columns';
import type { Shape } from './row-identity';

const CANDLE_PAGE = 2000;
const RECORD_PAGE = 1_000;

/** `candles`, `spans` and `annotations` are how many it has. */
export type ChartToExport = {
  scope: ChartScope;
  name: string;
  candles: number;
  spans: number;
  annotations: number;
};

/**
 * For a transaction that a file is written or read in: the file may be behind a slow line, or its
 * reader in a pager, for longer than a transaction may rest.
 */
export async function allowPauses(tx: Tx) {
  await tx.execute(sql`set local idle_in_transaction_session_timeout = '10min'`);
}

/** The actor's charts of `ids`, or all, by name; NOT_FOUND for the first that does not exist. */
export async function listChartsToExport(
  tx: Tx,
  scope: Scope,
  ids: number[] | null,
): Promise<ChartToExport[]> {
  const rows = await tx
    .select({
      id: charts.id,
      name: charts.name,
      candles: charts.candleCount,
      spans: tx.$count(spanAnnotations, eq(spanAnnotations.chartId, charts.id)),
      annotations: tx.$count(annotations, eq(annotations.chartId, charts.id)),
    })
    .from(charts)
    .where(and(inScope(scope, charts.id), ids ? inArray(charts.id, ids) : undefined))
    .orderBy(sql`lower(${charts.name})`, charts.id);
  const missing = ids?.find((id) => !rows.some((chart) => chart.id === id));
  if (missing !== undefined) throw noSuchChart(missing);
  return rows.map(({ id, ...chart }) => ({ scope: { ...scope, chartId: id }, ...chart }));
}

/** Those of the actor's charts that have one of the names. */
export function findChartsByName(
  tx: Tx,
  scope: Scope,
  names: string[],
): Promise<{ id: number; name: string }[]> {
  return tx
    .select({ id: charts.id, name: charts.name })
    .from(charts)
    .where(and(inArray(charts.name, names), inScope(scope, charts.id)))
    .limit(names.length);
}

/**
 * Candles from `from` to `to`, both included, in pages by time. PostgreSQL packs a page's columns
 * into one value each: rows would be three times the work and ten times the memory.
 */
export async function* candlePages(
  tx: Tx,
  scope: ChartScope,
  window?: { from: UtcSeconds; to: UtcSeconds },
): AsyncGenerator<TileColumns, void> {
  const within = window && between(candles.time, window.from, window.to);
  for (let last: UtcSeconds | undefined; ; ) {
    const later = last === undefined ? undefined : gt(candles.time, last);
    const page = await readPage(tx, and(ofChart(scope, candles.chartId), within, later));
    if (page.time.length > 0) yield page;
    if (page.time.length < CANDLE_PAGE) return;
    last = page.time.at(-1);
  }
}

async function readPage(tx: Tx, which: SQL | undefined): Promise<TileColumns> {
  const rows = tx
    .select()
    .from(candles)
    .where(which)
    .orderBy(asc(candles.time))
    .limit(CANDLE_PAGE)
    .as('page');
  const [page] = await tx.select(packedColumns(rows)).from(rows);
  return unpackColumns(page!);
}

type Packed = Record<keyof TileColumns, Uint8Array | null>;

/** The columns of some rows of candles, each as one value. */
function packedColumns(rows: Record<keyof TileColumns, SQLWrapper>) {
  const packed = (value: SQL) => sql<Uint8Array | null>`string_agg(${value}, ''::bytea)`;
  return {
    time: packed(sql`timestamptz_send(${rows.time})`),
    open: packed(sql`float8send(${rows.open})`),
    high: packed(sql`float8send(${rows.high})`),
    low: packed(sql`float8send(${rows.low})`),
    close: packed(sql`float8send(${rows.close})`),
    volume: packed(sql`float8send(coalesce(${rows.volume}, 'NaN'))`),
  };
}

const unpackColumns = ({ time, open, high, low, close, volume }: Packed): TileColumns => ({
  time: unpackTimes(time),
  open: unpackNumbers(open),
  high: unpackNumbers(high),
  low: unpackNumbers(low),
  close: unpackNumbers(close),
  volume: unpackNumbers(volume),
});

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

/** A span with the candles that it and its context cover. */
export type SpanWindow = { span: Span; from: UtcSeconds; to: UtcSeconds; candles: number };

/**
 * Of each span the window from the `context`th candle before it to the `context`th after it, or as
 * many as there are, and how many candles that is: one statement for all spans.
 */
export async function windowsAround(
  tx: Tx,
  scope: ChartScope,
  spans: Span[],
  context: number,
): Promise<SpanWindow[]> {
  const furthest = (bound: SQL, towards: SQL) => sql`(
    select ${candles.time} from ${candles} where ${ofChart(scope, candles.chartId)} and ${bound}
    order by ${candles.time} ${towards} offset ${context - 1} limit 1)`;
  const from = furthest(sql`${candles.time} < span.start_time`, sql`desc`);
  const to = furthest(sql`${candles.time} > span.end_time`, sql`asc`);
  const whole = context > 0;
  const rows = await tx.execute<{ from: UtcSeconds; to: UtcSeconds; candles: number }>(sql`
    select date_part('epoch', reach."from") as "from", date_part('epoch', reach."to") as "to",
      (select count(*)::int from ${candles} where ${ofChart(scope, candles.chartId)}
        and ${candles.time} between reach."from" and reach."to") as candles
    from jsonb_to_recordset(${windowsJson(spans.map(({ startTime, endTime }) => [startTime, endTime]))}::jsonb)
      as span (n int, start_time timestamptz, end_time timestamptz)
    cross join lateral (select
      ${whole ? sql`coalesce(${from}, ${toPgTimestamp(ALL_TIME.from)})` : sql`span.start_time`} as "from",
      ${whole ? sql`coalesce(${to}, ${toPgTimestamp(ALL_TIME.to)})` : sql`span.end_time`} as "to"
    ) as reach
    order by span.n`);
  return rows.map((row, n) => ({ span: spans[n]!, ...row }));
}

/** The candles of each window, in one statement: for windows that together hold no more than a few pages. */
export async function candlesInWindows(
  tx: Tx,
  scope: ChartScope,
  windows: SpanWindow[],
): Promise<TileColumns[]> {
  const rows = tx
    .select()
    .from(candles)
    .where(
      and(
        ofChart(scope, candles.chartId),
        sql`${candles.time} between w.start_time and w.end_time`,
      ),
    )
    .orderBy(asc(candles.time))
    .as('page');
  const packed = tx.select(packedColumns(rows)).from(rows).as('packed');
  const found = await tx.execute<Packed>(sql`
    select packed.* from jsonb_to_recordset(${windowsJson(windows.map(({ from, to }) => [from, to]))}::jsonb)
      as w (n int, start_time timestamptz, end_time timestamptz)
    cross join lateral ${packed} order by w.n`);
  return found.map(unpackColumns);
}

const windowsJson = (windows: [UtcSeconds, UtcSeconds][]): string =>
  JSON.stringify(
    windows.map(([from, to], n) => ({
      n,
      start_time: toPgTimestamp(from),
      end_time: toPgTimestamp(to),
    })),
  );

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

/** What tells rows without a uid apart, of the chart's spans or annotations that begin at `times`. */
export async function listShapesAt(
  tx: Tx,
  scope: ChartScope,
  table: typeof spanAnnotations | typeof annotations,
  times: UtcSeconds[],
): Promise<Shape[]> {
  if (times.length === 0) return [];
  if (table === spanAnnotations) {
    const { label, startTime, endTime } = spanAnnotations;
    return await tx
      .select({ label, startTime, endTime })
      .from(spanAnnotations)
      .where(and(ofChart(scope, spanAnnotations.chartId), inArray(startTime, times)));
  }
  const { labelType, time, geometry } = annotations;
  return await tx
    .select({ labelType, time, geometry })
    .from(annotations)
    .where(and(ofChart(scope, annotations.chartId), inArray(time, times)));
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
