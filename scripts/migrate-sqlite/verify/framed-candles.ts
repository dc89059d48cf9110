import type { Batch } from '../plan/candle-pass';

export const COPY_CANDLES =
  'copy candles (chart_id, time, open, high, low, close, volume) to stdout (format binary)';

/** PGCOPY, a newline and three bytes that a text conversion would break; no flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const HEAD_BYTES = 5;
const ROW_BYTES = 82;
const NULL_VOLUME_BYTES = 8;
const COPY_DATA = 'd'.charCodeAt(0);
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = 946_684_800e6;
const EPOCH = 946_684_800;

/** Candles byte for byte as PostgreSQL sends them: each row of a COPY is a message of its own. */
export class FramedCandles {
  readonly bytes: Buffer;
  length = 0;
  readonly #view: DataView;
  #isFirst = true;

  constructor(size: number) {
    this.bytes = Buffer.alloc(SIGNATURE.length + size * (HEAD_BYTES + ROW_BYTES));
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }

  fill({ length, chart, time, open, high, low, close, volume }: Batch) {
    const view = this.#view;
    this.length = 0;
    for (let i = 0; i < length; i++) {
      const hasVolume = !Number.isNaN(volume[i]!);
      const size = hasVolume ? ROW_BYTES : ROW_BYTES - NULL_VOLUME_BYTES;
      const at = this.#head(size);
      view.setInt16(at, 7);
      view.setInt32(at + 2, 4);
      view.setInt32(at + 6, chart[i]!);
      view.setInt32(at + 10, 8);
      const micros = Math.round((time[i]! - EPOCH) * 1e6);
      const high32 = Math.floor(micros / 2 ** 32);
      view.setInt32(at + 14, high32);
      view.setUint32(at + 18, micros - high32 * 2 ** 32);
      view.setInt32(at + 22, 8);
      view.setFloat64(at + 26, open[i]!);
      view.setInt32(at + 34, 8);
      view.setFloat64(at + 38, high[i]!);
      view.setInt32(at + 46, 8);
      view.setFloat64(at + 50, low[i]!);
      view.setInt32(at + 58, 8);
      view.setFloat64(at + 62, close[i]!);
      view.setInt32(at + 70, hasVolume ? 8 : -1);
      if (hasVolume) view.setFloat64(at + 74, volume[i]!);
      this.length = at + size;
    }
  }

  /** What comes after the last row. */
  fillEnd() {
    this.length = 0;
    const at = this.#head(2);
    this.#view.setInt16(at, -1);
    this.length = at + 2;
  }

  /** The first message has the signature before its row. */
  #head(size: number): number {
    const signature = this.#isFirst ? SIGNATURE.length : 0;
    const at = this.length;
    this.bytes[at] = COPY_DATA;
    this.#view.setInt32(at + 1, 4 + signature + size);
    if (this.#isFirst) SIGNATURE.copy(this.bytes, at + HEAD_BYTES);
    this.#isFirst = false;
    return at + HEAD_BYTES + signature;
  }
}

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

/** Where each field's length stands in a row, and what it has to be. */
const FIELDS = [2, 10, 22, 34, 46, 58].map((at, i) => ({ at, size: i === 0 ? 4 : 8 }));

/** Reads candles out of messages, the other way round. */
export function candleParser(see: (candle: StoredCandle) => void) {
  const candle = { chart: 0, time: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  let isFirst = true;
  return (bytes: Buffer, from: number, to: number) => {
    for (let at = from; at < to; ) {
      const end = at + 1 + bytes.readInt32BE(at + 1);
      const row = at + HEAD_BYTES + (isFirst ? SIGNATURE.length : 0);
      isFirst = false;
      at = end;
      if (end - row <= 2) continue;
      for (const field of FIELDS) {
        if (bytes.readInt32BE(row + field.at) !== field.size) {
          throw new Error('a candle came back broken');
        }
      }
      candle.chart = bytes.readInt32BE(row + 6);
      const micros = bytes.readInt32BE(row + 14) * 2 ** 32 + bytes.readUInt32BE(row + 18);
      candle.time = (micros + EPOCH_MICROS) / 1e6;
      candle.open = bytes.readDoubleBE(row + 26);
      candle.high = bytes.readDoubleBE(row + 38);
      candle.low = bytes.readDoubleBE(row + 50);
      candle.close = bytes.readDoubleBE(row + 62);
      candle.volume =
        bytes.readInt32BE(row + 70) === -1 ? Number.NaN : bytes.readDoubleBE(row + 74);
      see(candle);
    }
  };
}
