import { createHash } from 'node:crypto';
import { CopiedRows } from './copy-reader';

export const COPY_CANDLES =
  'copy candles (chart_id, time, open, high, low, close, volume) to stdout (format binary)';

const ROW_BYTES = 82;
const VOLUME_AT = 70;
const NO_VOLUME_BYTES = VOLUME_AT + 4;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = 946_684_800e6;

/** Takes the messages of `COPY_CANDLES`. */
export class StoredCandles {
  readonly #hash = createHash('sha256');
  readonly #copied = new CopiedRows();
  rows = 0;

  constructor(
    /** Is told of each row where in the bytes it lies. */
    readonly onRow: (bytes: Buffer, from: number, to: number) => void = () => {},
  ) {}

  /** Takes whole messages, and overwrites them. */
  readonly take = (bytes: Buffer, from: number, to: number): void => {
    let rowsEnd = from;
    this.#copied.find(bytes, from, to, (row, end) => {
      this.rows++;
      this.onRow(bytes, row, end);
      // One after the other for the digest, without the heads between them.
      bytes.copyWithin(rowsEnd, row, end);
      rowsEnd += end - row;
    });
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
export function readCandle(bytes: Buffer, row: number, end: number): Candle {
  const hasVolume = bytes.readInt32BE(row + VOLUME_AT) !== -1;
  if (end - row !== (hasVolume ? ROW_BYTES : NO_VOLUME_BYTES)) {
    throw new Error('a candle came back broken');
  }
  const micros = bytes.readInt32BE(row + 14) * 2 ** 32 + bytes.readUInt32BE(row + 18);
  return {
    chart: bytes.readInt32BE(row + 6),
    time: (micros + EPOCH_MICROS) / 1e6,
    open: bytes.readDoubleBE(row + 26),
    high: bytes.readDoubleBE(row + 38),
    low: bytes.readDoubleBE(row + 50),
    close: bytes.readDoubleBE(row + 62),
    volume: hasVolume ? bytes.readDoubleBE(row + VOLUME_AT + 4) : Number.NaN,
  };
}
