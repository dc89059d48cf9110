import {
  and,
  asc,
  between,
  desc,
  eq,
  type GetColumnData,
  getTableColumns,
  gt,
  inArray,
  lt,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Annotation } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { Tx } from '@/lib/db';
import { annotations, candles, charts, spanAnnotations } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import type { UtcSeconds } from '@/lib/time';
import { type ChartScope, inScope, noSuchChart, ofChart, type Scope } from '../scope';
import { unpackNumbers, unpackTimes } from './packed-columns';

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
  const packed = (value: SQL) => sql<Uint8Array | null>`string_agg(${value}, ''::bytea)`;
  const [page] = await tx
    .select({
      time: packed(sql`timestamptz_send(${rows.time})`),
      open: packed(sql`float8send(${rows.open})`),
      high: packed(sql`float8send(${rows.high})`),
      low: packed(sql`float8send(${rows.low})`),
      close: packed(sql`float8send(${rows.close})`),
      volume: packed(sql`float8send(coalesce(${rows.volume}, 'NaN'))`),
    })
    .from(rows);
  const { time, open, high, low, close, volume } = page!;
  return {
    time: unpackTimes(time),
    open: unpackNumbers(open),
    high: unpackNumbers(high),
    low: unpackNumbers(low),
    close: unpackNumbers(close),
    volume: unpackNumbers(volume),
  };
}

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

/** From the `context`th candle before the span to the `context`th after it, or as many as there are. */
export async function windowAround(
  tx: Tx,
  scope: ChartScope,
  { startTime, endTime }: Span,
  context: number,
): Promise<{ from: UtcSeconds; to: UtcSeconds }> {
  if (context === 0) return { from: startTime, to: endTime };
  const furthest = async (outside: SQL, towards: typeof asc) => {
    const [candle] = await tx
      .select({ time: candles.time })
      .from(candles)
      .where(and(ofChart(scope, candles.chartId), outside))
      .orderBy(towards(candles.time))
      .offset(context - 1)
      .limit(1);
    return candle?.time;
  };
  const from = await furthest(lt(candles.time, startTime), desc);
  const to = await furthest(gt(candles.time, endTime), asc);
  return { from: from ?? ALL_TIME.from, to: to ?? ALL_TIME.to };
}

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
