export type Interval = { start: number; end: number };

/** Lanes whose pills are shown one by one. */
const SHOWN_LANES = 6;
/** What finds none of those free is in this one, where it is folded together. */
export const FOLDED_LANE = SHOWN_LANES;
export const MAX_LANES = SHOWN_LANES + 1;

/**
 * A lane for each interval so that two in one lane never overlap; intervals that only touch
 * overlap. Each takes the first lane that is free, in the order of their starts, and keeps clear
 * of those in `settled`, whose lanes are settled. Answers in the order of `intervals`.
 */
export function assignLanes(
  intervals: readonly Interval[],
  settled: { intervals: readonly Interval[]; lanes: ArrayLike<number> } = {
    intervals: [],
    lanes: [],
  },
): Uint8Array {
  const lanes = new Uint8Array(intervals.length);
  const busy = Array.from({ length: MAX_LANES }, () => new Busy());
  for (const index of byStart(settled.intervals)) {
    busy[settled.lanes[index]!]?.add(settled.intervals[index]!);
  }
  const lastEnd = new Float64Array(MAX_LANES).fill(-Infinity);
  for (const index of byStart(intervals)) {
    const interval = intervals[index]!;
    let lane = 0;
    while (
      lane < MAX_LANES - 1 &&
      (lastEnd[lane]! >= interval.start || busy[lane]?.meets(interval))
    ) {
      lane++;
    }
    lanes[index] = lane;
    lastEnd[lane] = Math.max(lastEnd[lane]!, interval.end);
  }
  return lanes;
}

/** Longer first where starts are equal, then as given: the same input always looks the same. */
function byStart(intervals: readonly Interval[]): Uint32Array {
  const compare = (a: number, b: number) => {
    const left = intervals[a]!;
    const right = intervals[b]!;
    return left.start - right.start || right.end - left.end || a - b;
  };
  const order = Uint32Array.from(intervals.keys());
  // Most often in order already, and then a look is enough.
  const isInOrder = order.every((index) => index === 0 || compare(index - 1, index) < 0);
  return isInOrder ? order : order.sort(compare);
}

/** What is settled in one lane, asked for in the order of starts. */
class Busy {
  private readonly list: Interval[] = [];
  private next = 0;

  add(interval: Interval) {
    this.list.push(interval);
  }

  meets({ start, end }: Interval): boolean {
    while (this.next < this.list.length && this.list[this.next]!.end < start) {
      this.next++;
    }
    const nearest = this.list[this.next];
    return nearest !== undefined && nearest.start <= end;
  }
}
