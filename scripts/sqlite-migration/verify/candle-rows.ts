import { createHash } from 'node:crypto';
import { POSTGRES_EPOCH } from '@/lib/db/copy/rows';
import type { RowTaker } from './copy-reader';

/** What a CopyReader is to read. */
export const CANDLES = 'candles (chart_id, time, open, high, low, close, volume)';

const ROW_BYTES = 82;
const VOLUME_AT = 70;
const NO_VOLUME_BYTES = VOLUME_AT + 4;

/** Counts rows, and makes a digest of them, one after the other. */
export class RowDigest implements RowTaker {
  readonly #hash = createHash('sha256');
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  rows = 0;

  /** Moves rows together, over the heads of messages between them: to hash each takes longer. */
  row(bytes: Buffer, from: number, to: number) {
    if (this.#to === 0) [this.#bytes, this.#from, this.#to] = [bytes, from, from];
    bytes.copyWithin(this.#to, from, to);
    this.#to += to - from;
    this.rows++;
  }

  flush() {
    this.#hash.update(this.#bytes.subarray(this.#from, this.#to));
    this.#to = 0;
  }

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
    time: (micros + POSTGRES_EPOCH * 1e6) / 1e6,
    open: bytes.readDoubleBE(row + 26),
    high: bytes.readDoubleBE(row + 38),
    low: bytes.readDoubleBE(row + 50),
    close: bytes.readDoubleBE(row + 62),
    volume: hasVolume ? bytes.readDoubleBE(row + VOLUME_AT + 4) : Number.NaN,
  };
}
