import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import { END, HEADER_BYTES, POSTGRES_EPOCH } from '@/lib/db/copy/rows';
import { toPgTimestamp } from '@/lib/time';
import { columnsOf } from './pyramid-builder';

/** A row of COPY: the number of its columns, and each with its length. */
const CANDLE_BYTES = 2 + 6 * 12;

type StoredCandles = TileColumns & { length: number };

/** The chart's first candles after `after`, oldest first, at most `limit`. */
export async function readCandles(
  client: ClientBase,
  chartId: number,
  after: UtcSeconds | null,
  limit: number,
): Promise<StoredCandles> {
  const later = after === null ? '' : `and time > '${toPgTimestamp(after)}'`;
  const rows = `select time, open, high, low, close, volume from candles where chart_id = ${Number(chartId)} ${later} order by time limit ${Number(limit)}`;
  const stream = client.query(copyTo(`copy (${rows}) to stdout (format binary)`));
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(stream);
  return decodeCandles(Buffer.concat(chunks), limit);
}

function decodeCandles(bytes: Buffer, limit: number): StoredCandles {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const capacity = Math.min(limit, Math.ceil(bytes.length / (CANDLE_BYTES - 8)));
  const batch = { ...columnsOf(capacity), length: 0 };
  const columns = [batch.open, batch.high, batch.low, batch.close, batch.volume];
  let at = HEADER_BYTES;
  while (view.getInt16(at) !== END) {
    at += 2 + 4;
    const micros = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
    batch.time[batch.length] = (micros + POSTGRES_EPOCH * 1e6) / 1e6;
    at += 8;
    for (const column of columns) {
      const size = view.getInt32(at);
      column[batch.length] = size < 0 ? Number.NaN : view.getFloat64(at + 4);
      at += 4 + Math.max(size, 0);
    }
    batch.length++;
  }
  return batch;
}
