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
