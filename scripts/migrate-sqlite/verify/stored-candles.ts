import { createHash } from 'node:crypto';
import { type Candles, createCandles } from '../plan/candle-pass';

export const COPY_CANDLES =
  'copy candles (chart_id, time, open, high, low, close, volume) to stdout (format binary)';

/** Of the COPY, before its first row. */
const HEADER_BYTES = 19;
const TRAILER_BYTES = 2;
/** Of a message: its type and its length. Each row is a message of its own. */
const HEAD_BYTES = 5;
const ROW_BYTES = 82;
const VOLUME_AT = 70;
const NO_VOLUME_BYTES = VOLUME_AT + 4;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = 946_684_800e6;

/** Reads candles out of the messages of `COPY_CANDLES`. */
export class StoredCandles {
  readonly #candles: Candles;
  readonly #hash = createHash('sha256');
  #isFirst = true;

  constructor(
    readonly size: number,
    /** Takes candles in the order in which they lie; the next ones come in the same arrays. */
    readonly onCandles: (candles: Candles) => void,
  ) {
    this.#candles = createCandles(size);
  }

  /** Takes whole messages, and overwrites them. */
  readonly take = (bytes: Buffer, from: number, to: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let rowsEnd = from;
    for (let at = from; at < to; ) {
      const row = at + HEAD_BYTES + (this.#isFirst ? HEADER_BYTES : 0);
      this.#isFirst = false;
      at += 1 + view.getInt32(at + 1);
      if (at - row === TRAILER_BYTES) break;
      this.#read(view, row, at - row);
      // One after the other for the digest, without the heads between them.
      bytes.copyWithin(rowsEnd, row, at);
      rowsEnd += at - row;
    }
    this.#hash.update(bytes.subarray(from, rowsEnd));
  };

  /** Hands on the last ones. Gives the digest of the rows, one after the other. */
  end(): string {
    this.#handOn();
    return this.#hash.digest('hex');
  }

  #read(view: DataView, row: number, length: number) {
    const hasVolume = view.getInt32(row + VOLUME_AT) !== -1;
    if (length !== (hasVolume ? ROW_BYTES : NO_VOLUME_BYTES)) {
      throw new Error('a candle came back broken');
    }
    const candles = this.#candles;
    const at = candles.length++;
    candles.chart[at] = view.getInt32(row + 6);
    const micros = view.getInt32(row + 14) * 2 ** 32 + view.getUint32(row + 18);
    candles.time[at] = (micros + EPOCH_MICROS) / 1e6;
    candles.open[at] = view.getFloat64(row + 26);
    candles.high[at] = view.getFloat64(row + 38);
    candles.low[at] = view.getFloat64(row + 50);
    candles.close[at] = view.getFloat64(row + 62);
    candles.volume[at] = hasVolume ? view.getFloat64(row + VOLUME_AT + 4) : Number.NaN;
    if (candles.length === this.size) this.#handOn();
  }

  #handOn() {
    if (this.#candles.length > 0) this.onCandles(this.#candles);
    this.#candles.length = 0;
  }
}
