import type { TileColumns } from '@/contract/tile-codec';
import { columnsOf } from '../tiles/pyramid-builder';

/** Candles read from a file or a table: columns with room for more than `length` of them. */
export type CandleBatch = TileColumns & {
  length: number;
  /** Where each stood in its file; 1 is the first line. */
  line: Float64Array;
  /** Which instrument each is of, where a file holds several. */
  instrument: Int32Array;
};

export const createBatch = (capacity: number): CandleBatch => ({
  ...columnsOf(capacity),
  length: 0,
  line: new Float64Array(capacity),
  instrument: new Int32Array(capacity),
});

/** Copies candle `from` of the batch over candle `to`. */
export function moveCandle(batch: CandleBatch, from: number, to: number) {
  const { time, open, high, low, close, volume, line, instrument } = batch;
  for (const column of [time, open, high, low, close, volume, line, instrument]) {
    column[to] = column[from]!;
  }
}

/** Copies candle `from` of the batch to the first place of another. */
export function copyCandle(batch: CandleBatch, from: number, to: CandleBatch) {
  for (const name of COLUMNS) to[name][0] = batch[name][from]!;
}

const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Whether two candles are the same in every number. */
export const isSame = (a: CandleBatch, i: number, b: CandleBatch, k: number) =>
  COLUMNS.every((name) => Object.is(a[name][i], b[name][k]));
