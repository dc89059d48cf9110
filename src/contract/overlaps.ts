import type { UtcSeconds } from './units';

/** Bars from one candle to another, both included. */
export type Bars = { startTime: UtcSeconds; endTime: UtcSeconds };

/** The candle before a time and the one after it; null where there is none. */
export type Neighbours = {
  get(time: UtcSeconds): { before: UtcSeconds | null; after: UtcSeconds | null } | undefined;
};

export const shareCandles = (a: Bars, b: Bars) =>
  a.startTime <= b.endTime && b.startTime <= a.endTime;

/** What is left of a range without the candles of others; their neighbours are the candles beside their ends. */
export function withoutBars(
  { startTime, endTime }: Bars,
  others: readonly Bars[],
  near: Neighbours,
): Bars[] {
  let pieces: Bars[] = [{ startTime, endTime }];
  for (const other of others) {
    pieces = pieces.flatMap((piece) => {
      if (!shareCandles(piece, other)) return [piece];
      const before = near.get(other.startTime)?.before;
      const after = near.get(other.endTime)?.after;
      return [
        ...(before != null && before >= piece.startTime ? [{ ...piece, endTime: before }] : []),
        ...(after != null && after <= piece.endTime ? [{ ...piece, startTime: after }] : []),
      ];
    });
  }
  return pieces;
}

/** The longest stretch of a range that others leave free; null where they leave nothing. */
export function freePart(range: Bars, others: readonly Bars[], near: Neighbours): Bars | null {
  const lengthOf = (bars: Bars) => bars.endTime - bars.startTime;
  const [longest] = withoutBars(range, others, near).sort((a, b) => lengthOf(b) - lengthOf(a));
  return longest ?? null;
}
