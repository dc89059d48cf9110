import { EXAMINED_SOURCES, type ExaminedSource } from '@/contract/examined';
import { type Bars, type Neighbours, shareCandles } from '@/contract/overlaps';
import type { UtcSeconds } from '@/contract/units';

export type Examined = Bars & { source: ExaminedSource };

const strength = (source: ExaminedSource) => EXAMINED_SOURCES.indexOf(source);

/** The times whose neighbours a change of `ranges` has to know. */
export const edgesOf = (ranges: readonly Bars[]): UtcSeconds[] => [
  ...new Set(ranges.flatMap(({ startTime, endTime }) => [startTime, endTime])),
];

/**
 * The ranges of one person and label set after these bars were examined too. A bar keeps the
 * strongest statement about it; what touches and has the same source becomes one range.
 */
export function markBars(
  ranges: readonly Examined[],
  bars: readonly Bars[],
  source: ExaminedSource,
  near: Neighbours,
): Examined[] {
  const isStronger = (range: Examined) => strength(range.source) > strength(source);
  const stronger = ranges.filter(isStronger);
  const weaker = ranges.filter((range) => !isStronger(range));
  const added = bars.map((each) => ({ ...each, source }));
  return joined(
    [...stronger, ...withoutAll(weaker, bars, near), ...withoutAll(added, stronger, near)],
    near,
  );
}

/** The ranges without these bars. */
export const cutBars = (
  ranges: readonly Examined[],
  cuts: readonly Bars[],
  near: Neighbours,
): Examined[] => inOrder(withoutAll(ranges, cuts, near));

const withoutAll = (ranges: readonly Examined[], cuts: readonly Bars[], near: Neighbours) =>
  cuts.reduce<readonly Examined[]>(
    (left, cut) => left.flatMap((range) => without(range, cut, near)),
    ranges,
  );

/** What is left of a range without the bars of another: nothing, one piece, or two. */
function without(range: Examined, cut: Bars, near: Neighbours): Examined[] {
  if (!shareCandles(range, cut)) return [range];
  const parts: Examined[] = [];
  const before = near.get(cut.startTime)?.before ?? null;
  if (range.startTime < cut.startTime && before !== null && before >= range.startTime) {
    parts.push({ ...range, endTime: before });
  }
  const after = near.get(cut.endTime)?.after ?? null;
  if (range.endTime > cut.endTime && after !== null && after <= range.endTime) {
    parts.push({ ...range, startTime: after });
  }
  return parts;
}

const inOrder = (ranges: readonly Examined[]) =>
  [...ranges].sort((a, b) => a.startTime - b.startTime);

function joined(ranges: readonly Examined[], near: Neighbours): Examined[] {
  const all: Examined[] = [];
  for (const range of inOrder(ranges)) {
    const last = all.at(-1);
    if (last?.source === range.source && meet(last, range, near)) {
      all[all.length - 1] = { ...last, endTime: Math.max(last.endTime, range.endTime) };
    } else all.push(range);
  }
  return all;
}

/** Whether no candle lies between the two, of which `a` begins first. */
function meet(a: Bars, b: Bars, near: Neighbours): boolean {
  if (b.startTime <= a.endTime) return true;
  // One of the two is an edge that was asked for: the other may have been made from a neighbour of it.
  const after = near.get(a.endTime)?.after;
  if (after !== undefined) return after !== null && after >= b.startTime;
  return near.get(b.startTime)?.before === a.endTime;
}
