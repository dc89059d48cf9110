export type Interval = { startTime: number; endTime: number };
type Laned = { items: readonly Interval[]; lanes: Uint8Array };

/** Lanes whose pills are shown one by one. */
const SHOWN_LANES = 6;
/** What finds none of those free is in this one, where it is folded together. */
export const FOLDED_LANE = SHOWN_LANES;
export const MAX_LANES = SHOWN_LANES + 1;

/** The last ends in each lane: all that what comes later has to know of what came before. */
export type Ends = Float64Array;
export const noEnds = (): Ends => new Float64Array(MAX_LANES).fill(-Infinity);

/**
 * A lane for each interval so that two in one lane never overlap; intervals that only touch
 * overlap. They are in the order of their starts, and each takes the first lane that is free and keeps clear
 * of those in `settled`, whose lanes are settled.
 */
export const assignLanes = (intervals: readonly Interval[], settled?: Laned): Uint8Array =>
  assignAfter(intervals, noEnds(), settled && busyLanes([settled]));

/** The same for intervals that come after others, and after their ends, which it brings up to date. */
export function assignAfter(
  intervals: readonly Interval[],
  ends: Ends,
  busy?: readonly Busy[],
): Uint8Array {
  const lanes = new Uint8Array(intervals.length);
  for (const [at, interval] of intervals.entries()) lanes[at] = takeLane(ends, interval, busy);
  return lanes;
}

/** The first lane that is free; `ends` are the last ends in each. */
function takeLane(ends: Ends, interval: Interval, busy?: readonly Busy[]): number {
  const { startTime, endTime } = interval;
  let lane = 0;
  while (lane < FOLDED_LANE && (ends[lane]! >= startTime || busy?.[lane]?.meets(interval))) {
    lane++;
  }
  ends[lane] = Math.max(ends[lane]!, endTime);
  return lane;
}

/** Whether the same lanes are free from a start on. */
export function agree(one: Ends, other: Ends, start: number): boolean {
  for (let lane = 0; lane < FOLDED_LANE; lane++) {
    const [a, b] = [one[lane]!, other[lane]!];
    if (a !== b && (a >= start || b >= start)) return false;
  }
  return true;
}

export function busyLanes(settled: Iterable<Laned>): Busy[] {
  const busy = Array.from({ length: MAX_LANES }, () => new Busy());
  for (const { items, lanes } of settled) {
    for (const [index, interval] of items.entries()) busy[lanes[index]!]?.add(interval);
  }
  return busy;
}

/** What is settled in one lane, asked for in the order of starts. */
export class Busy {
  private readonly list: Interval[] = [];
  private next = 0;

  add(interval: Interval) {
    this.list.push(interval);
  }

  meets({ startTime, endTime }: Interval): boolean {
    while (this.next < this.list.length && this.list[this.next]!.endTime < startTime) {
      this.next++;
    }
    const nearest = this.list[this.next];
    return nearest !== undefined && nearest.startTime <= endTime;
  }
}
