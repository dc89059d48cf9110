import { NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';

/** Why a label cannot have this name, or null. */
export function labelNameRefusal(name: string): string | null {
  if (name !== NEGATIVE_LABEL) return null;
  return `“${NEGATIVE_LABEL}” marks places without a pattern and cannot name a label.`;
}

type Range = { uid: string; startTime: UtcSeconds; endTime: UtcSeconds };
export type Cut = Range & { timeframe: number; after: UtcSeconds };

/**
 * Spans that begin and end right where bars of a coarser timeframe begin, as those did that were
 * drawn there before a span ended with its last bar; `after` is when the next bar begins. A span
 * that ends so and begins elsewhere mostly does so by chance. `times` are those of bars, in order.
 */
export function cutAtBars(
  ranges: readonly Range[],
  { timeframe, times }: { timeframe: number; times: readonly UtcSeconds[] },
): Cut[] {
  const places = new Map(times.map((time, place) => [time, place]));
  return ranges.flatMap((range) => {
    const end = places.get(range.endTime);
    const isCut = range.startTime < range.endTime && places.has(range.startTime);
    if (!isCut || end === undefined) return [];
    return [{ ...range, timeframe, after: times[end + 1] ?? Number.POSITIVE_INFINITY }];
  });
}
