import { type Bars, union } from '../session/examined-store';

/** What is on screen at a moment, and whether it counts as looked at. */
export type Sample = {
  atMs: number;
  bars: Bars;
  /** Bars are wide enough to be told apart, the window has the focus, annotations are shown. */
  isLegible: boolean;
  /** A tool is in use, or a label was made in view a little while ago. */
  isLabelling: boolean;
};

export type Viewed = {
  /** Looked at so far, in order. */
  bars: readonly Bars[];
  /** What has stayed on screen, without a break, since `sinceMs`. */
  steady: { bars: Bars; sinceMs: number }[];
};

export const NOTHING_VIEWED: Viewed = { bars: [], steady: [] };
/** A bar counts once it has been on screen for so long. */
const LEAST_MS = 1_000;
/** Device pixels that a bar needs to be told from its neighbours. */
export const LEAST_DEVICE_PX = 3;
/** A label keeps its surroundings counting for so long. */
export const AFTER_LABEL_MS = 60_000;

/** What has been looked at after one more look at the screen. */
export function look({ bars, steady }: Viewed, sample: Sample): Viewed {
  if (!sample.isLegible || !sample.isLabelling) return { bars, steady: [] };
  const still = steady.flatMap((seen) => {
    const both = intersection(seen.bars, sample.bars);
    return both ? [{ ...seen, bars: both }] : [];
  });
  const next = [...still, { bars: sample.bars, sinceMs: sample.atMs }];
  const isLong = ({ sinceMs }: { sinceMs: number }) => sample.atMs - sinceMs >= LEAST_MS;
  const long = next.filter(isLong).map((seen) => seen.bars);
  // The widest of those that have been there long enough stands for all of them.
  const kept = next.filter((seen, at) => !isLong(seen) || !next.slice(at + 1).some(isLong));
  return { bars: long.length > 0 ? union([...bars, ...long]) : bars, steady: kept };
}

function intersection(a: Bars, b: Bars): Bars | null {
  const startTime = Math.max(a.startTime, b.startTime);
  const endTime = Math.min(a.endTime, b.endTime);
  return startTime <= endTime ? { startTime, endTime } : null;
}
