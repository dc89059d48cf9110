import type { ClientBase } from 'pg';
import { Rows } from '@/lib/db/copy/rows';
import { copyIn } from '@/lib/db/copy/stream';
import type { CandleBatch } from '../files/batch';

/** What `encodeCandles` fills. */
export const CANDLES = 'candles (chart_id, time, open, high, low, close, volume)';
const CANDLE_COLUMNS = 'time, open, high, low, close, volume';

/** The bytes of a whole COPY, in `out`. */
export function encodeCandles(chartId: number, batch: CandleBatch, out = new Rows()): Uint8Array {
  out.clear();
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    out.int4(chartId);
    writeCandle(out, batch, i);
  }
  return out.done();
}

/** Copies them by way of `out` into a table without a chart that keeps the lines of the file. */
export function copyStaged(client: ClientBase, table: string, batch: CandleBatch, out: Rows) {
  out.clear();
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    writeCandle(out, batch, i);
    out.int8(batch.line[i]!);
  }
  return copyIn(client, `${table} (${CANDLE_COLUMNS}, line)`, out.done());
}

/** As copyStaged, with the number of each candle's instrument. */
export function copyInstruments(client: ClientBase, table: string, batch: CandleBatch, out: Rows) {
  out.clear();
  for (let i = 0; i < batch.length; i++) {
    out.row(8);
    out.int4(batch.instrument[i]!);
    writeCandle(out, batch, i);
    out.int8(batch.line[i]!);
  }
  return copyIn(client, `${table} (instrument, ${CANDLE_COLUMNS}, line)`, out.done());
}

function writeCandle(out: Rows, batch: CandleBatch, i: number) {
  out.timestamp(batch.time[i]!);
  out.float8(batch.open[i]!);
  out.float8(batch.high[i]!);
  out.float8(batch.low[i]!);
  out.float8(batch.close[i]!);
  const volume = batch.volume[i]!;
  if (Number.isNaN(volume)) out.null();
  else out.float8(volume);
}
