import { and, asc, between, gt, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { ALL_TIME } from '@/contract/common';
import type { Span } from '@/contract/spans';
import type { TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { candles } from '@/lib/db/schema';
import { toPgTimestamp } from '@/lib/time';
import { type ChartScope, ofChart } from '../../scope';
import { unpackNumbers, unpackTimes } from './packed-columns';

const CANDLE_PAGE = 2000;

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
  const packed = (value: SQL, name: keyof TileColumns) =>
    sql<Uint8Array | null>`string_agg(${value}, ''::bytea)`.as(name);
  return {
    time: packed(sql`timestamptz_send(${rows.time})`, 'time'),
    open: packed(sql`float8send(${rows.open})`, 'open'),
    high: packed(sql`float8send(${rows.high})`, 'high'),
    low: packed(sql`float8send(${rows.low})`, 'low'),
    close: packed(sql`float8send(${rows.close})`, 'close'),
    volume: packed(sql`float8send(coalesce(${rows.volume}, 'NaN'))`, 'volume'),
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

/** A span with the candles that it and its context cover; null where they are more than a page. */
export type SpanWindow = {
  span: Span;
  from: UtcSeconds;
  to: UtcSeconds;
  candles: TileColumns | null;
};

/**
 * Of each span the window from the `context`th candle before it to the `context`th after it, or as
 * many as there are, with its candles: one statement for all spans, which must not be too many.
 */
export async function windowsAround(
  tx: Tx,
  scope: ChartScope,
  spans: Span[],
  context: number,
): Promise<SpanWindow[]> {
  const ofScope = ofChart(scope, candles.chartId);
  const furthest = (bound: SQL, towards: SQL) => sql`(
    select ${candles.time} from ${candles} where ${ofScope} and ${bound}
    order by ${candles.time} ${towards} offset ${context - 1} limit 1)`;
  const from = furthest(sql`${candles.time} < span.start_time`, sql`desc`);
  const to = furthest(sql`${candles.time} > span.end_time`, sql`asc`);
  const whole = context > 0;
  const rows = tx
    .select()
    .from(candles)
    .where(and(ofScope, sql`${candles.time} between reach."from" and reach."to"`))
    .orderBy(asc(candles.time))
    .limit(CANDLE_PAGE + 1)
    .as('page');
  const packed = tx.select(packedColumns(rows)).from(rows).as('packed');
  const found = await tx.execute<Packed & { from: UtcSeconds; to: UtcSeconds }>(sql`
    select date_part('epoch', reach."from") as "from", date_part('epoch', reach."to") as "to", packed.*
    from jsonb_to_recordset(${timesJson(spans)}::jsonb)
      as span (n int, start_time timestamptz, end_time timestamptz)
    cross join lateral (select
      ${whole ? sql`coalesce(${from}, ${toPgTimestamp(ALL_TIME.from)})` : sql`span.start_time`} as "from",
      ${whole ? sql`coalesce(${to}, ${toPgTimestamp(ALL_TIME.to)})` : sql`span.end_time`} as "to"
    ) as reach
    cross join lateral ${packed}
    order by span.n`);
  return found.map(({ from, to, ...columns }, n) => {
    const page = unpackColumns(columns);
    return { span: spans[n]!, from, to, candles: page.time.length > CANDLE_PAGE ? null : page };
  });
}

const timesJson = (spans: Span[]): string =>
  JSON.stringify(
    spans.map(({ startTime, endTime }, n) => ({
      n,
      start_time: toPgTimestamp(startTime),
      end_time: toPgTimestamp(endTime),
    })),
  );
