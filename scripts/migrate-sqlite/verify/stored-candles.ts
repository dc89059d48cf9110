import { createHash } from 'node:crypto';

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

/** Takes the messages of `COPY_CANDLES`. */
export class StoredCandles {
  readonly #hash = createHash('sha256');
  #isFirst = true;
  rows = 0;

  constructor(
    /** Is told of each row where in the bytes it lies. */
    readonly onRow: (view: DataView, row: number, length: number) => void = () => {},
  ) {}

  /** Takes whole messages, and overwrites them. */
  readonly take = (bytes: Buffer, from: number, to: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let rowsEnd = from;
    for (let at = from; at < to; ) {
      const row = at + HEAD_BYTES + (this.#isFirst ? HEADER_BYTES : 0);
      this.#isFirst = false;
      at += 1 + view.getInt32(at + 1);
      if (at - row === TRAILER_BYTES) break;
      this.rows++;
      this.onRow(view, row, at - row);
      // One after the other for the digest, without the heads between them.
      bytes.copyWithin(rowsEnd, row, at);
      rowsEnd += at - row;
    }
    this.#hash.update(bytes.subarray(from, rowsEnd));
  };

  /** Of all rows, one after the other. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

export type Candle = { chart: number; time: number } & Record<Field, number>;
type Field = 'open' | 'high' | 'low' | 'close' | 'volume';

/** The candle in a row; its volume is NaN where there is none. */
export function readCandle(view: DataView, row: number, length: number): Candle {
  const hasVolume = view.getInt32(row + VOLUME_AT) !== -1;
  if (length !== (hasVolume ? ROW_BYTES : NO_VOLUME_BYTES)) {
    throw new Error('a candle came back broken');
  }
  const micros = view.getInt32(row + 14) * 2 ** 32 + view.getUint32(row + 18);
  return {
    chart: view.getInt32(row + 6),
    time: (micros + EPOCH_MICROS) / 1e6,
    open: view.getFloat64(row + 26),
    high: view.getFloat64(row + 38),
    low: view.getFloat64(row + 50),
    close: view.getFloat64(row + 62),
    volume: hasVolume ? view.getFloat64(row + VOLUME_AT + 4) : Number.NaN,
  };
}
