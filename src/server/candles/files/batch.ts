import type { TileColumns } from '@/contract/tile-codec';
import { columnsOf } from '../tiles/pyramid-builder';

/** Candles read from a file or a table: columns with room for more than `length` of them. */
export type CandleBatch = TileColumns & {
  length: number;
  /** Where each stood in its file; 1 is the first line. */
  line: Float64Array;
};

export const createBatch = (capacity: number): CandleBatch => ({
  ...columnsOf(capacity),
  length: 0,
  line: new Float64Array(capacity),
});

/** Copies candle `from` of the batch over candle `to`. */
export function moveCandle(batch: CandleBatch, from: number, to: number) {
  const { time, open, high, low, close, volume, line } = batch;
  for (const column of [time, open, high, low, close, volume, line]) column[to] = column[from]!;
}
