import { to as copyTo } from 'pg-copy-streams';
import type { Target } from '../target/connection';

/** One candle as PostgreSQL sends it back; overwritten by the next. */
export type StoredCandle = {
  chart: number;
  /** Unix seconds. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** NaN for NULL. */
  volume: number;
};

const COLUMNS = 'chart_id, time, open, high, low, close, volume';
const HEADER_BYTES = 19;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = 946_684_800e6;
/** A row with every field there. */
const LONGEST_ROW = 2 + 8 + 6 * 12;

/** Reads the whole table back in the order in which it lies, calling `see` for each candle. */
export async function readStoredCandles(
  target: Target,
  see: (candle: StoredCandle) => void,
): Promise<void> {
  const stream = target.client.query(
    copyTo(`copy candles (${COLUMNS}) to stdout (format binary)`, { highWaterMark: 1 << 20 }),
  );
  const candle = { chart: 0, time: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  let rest: Buffer = Buffer.alloc(0);
  let at = HEADER_BYTES;
  for await (const chunk of stream) {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (bytes.length < at) {
      rest = bytes;
      continue;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (at + 2 <= bytes.length && view.getInt16(at) === 7) {
      const end = readCandle(view, at, candle);
      if (end === null) break;
      at = end;
      see(candle);
    }
    rest = bytes.subarray(at);
    at = 0;
  }
  if (rest.length !== 2 || rest.readInt16BE(0) !== -1) throw new Error('candles came back cut off');
}

/** Where the row ends, or null when the rest of it is still to come. */
function readCandle(view: DataView, from: number, candle: StoredCandle): number | null {
  let at = from;
  if (at + LONGEST_ROW > view.byteLength) {
    // Without a volume it is eight bytes shorter.
    const volume = LONGEST_ROW - 12;
    if (at + volume + 4 > view.byteLength || view.getInt32(at + volume) !== -1) return null;
  }
  for (const [field, size] of SIZES.entries()) {
    const found = view.getInt32(at + 2 + offset(field));
    if (found !== size) throw new Error(`field ${field} of a candle came back with ${found} bytes`);
  }
  candle.chart = view.getInt32(at + 6);
  const micros = view.getInt32(at + 14) * 2 ** 32 + view.getUint32(at + 18);
  candle.time = (micros + EPOCH_MICROS) / 1e6;
  candle.open = view.getFloat64(at + 26);
  candle.high = view.getFloat64(at + 38);
  candle.low = view.getFloat64(at + 50);
  candle.close = view.getFloat64(at + 62);
  at += 70;
  const size = view.getInt32(at);
  candle.volume = size === -1 ? Number.NaN : view.getFloat64(at + 4);
  return at + (size === -1 ? 4 : 12);
}

const SIZES = [4, 8, 8, 8, 8, 8];
const offset = (field: number) => (field === 0 ? 0 : 8 + (field - 1) * 12);
