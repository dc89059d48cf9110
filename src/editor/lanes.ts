import type { Piece } from './sorted';

export type Interval = { startTime: number; endTime: number };
type Laned = { items: readonly Interval[]; lanes: Uint8Array };

/** Lanes whose pills are shown one by one. */
const SHOWN_LANES = 6;
/** What finds none of those free is in this one, where it is folded together. */
export const FOLDED_LANE = SHOWN_LANES;
export const MAX_LANES = SHOWN_LANES + 1;

/**
 * A lane for each interval so that two in one lane never overlap; intervals that only touch
 * overlap. They are in the order of their starts, and each takes the first lane that is free and keeps clear
 * of those in `settled`, whose lanes are settled.
 */
export function assignLanes(intervals: readonly Interval[], settled?: Laned): Uint8Array {
  const lanes = new Uint8Array(intervals.length);
  if (intervals.length === 0) return lanes;
  const busy = settled && busyLanes(settled);
  const ends = new Float64Array(MAX_LANES).fill(-Infinity);
  for (const [index, interval] of intervals.entries()) lanes[index] = take(ends, interval, busy);
  return lanes;
}

/** The first lane that is free; `ends` are the last ends in each. */
function take(ends: Float64Array, interval: Interval, busy?: readonly Busy[]): number {
  let lane = 0;
  while (
    lane < FOLDED_LANE &&
    (ends[lane]! >= interval.startTime || busy?.[lane]?.meets(interval))
  ) {
    lane++;
  }
  note(ends, lane, interval);
  return lane;
}

function note(ends: Float64Array, lane: number, { endTime }: Interval) {
  ends[lane] = Math.max(ends[lane]!, endTime);
}

/**
 * The lanes that `assignLanes` gives what a list became, `pieces` of the one before it: only near
 * what has changed any can be others. `reach` is the latest end of each and all before it.
 */
export function changeLanes(
  before: Laned,
  after: { items: readonly Interval[]; reach: ArrayLike<number> },
  pieces: readonly Piece<unknown>[],
): Uint8Array {
  const { items, reach } = after;
  const lanes = new Uint8Array(items.length);
  /** The last ends in each lane, as they were and as they are. */
  const was = new Float64Array(MAX_LANES);
  const now = new Float64Array(MAX_LANES);
  let isSame = true;
  let old = 0;
  let at = 0;
  const begin = (start: number) => {
    if (!isSame) return;
    isSame = false;
    now.fill(-Infinity);
    for (let each = at - 1; each >= 0 && reach[each]! >= start; each--) {
      note(now, lanes[each]!, items[each]!);
    }
    was.set(now);
  };
  for (const piece of pieces) {
    if ('added' in piece) {
      begin(items[at]!.startTime);
      lanes[at] = take(now, items[at]!);
      at++;
      continue;
    }
    // What is between was removed.
    for (; old < piece.from; old++) {
      begin(before.items[old]!.startTime);
      note(was, before.lanes[old]!, before.items[old]!);
    }
    for (; old < piece.to && !isSame; old++) {
      const item = items[at]!;
      isSame = agree(was, now, item.startTime);
      if (isSame) break;
      note(was, before.lanes[old]!, item);
      lanes[at] = take(now, item);
      at++;
    }
    lanes.set(before.lanes.subarray(old, piece.to), at);
    at += piece.to - old;
    old = piece.to;
  }
  return lanes;
}

/** Whether the same lanes are free from a start on. */
function agree(one: Float64Array, other: Float64Array, start: number): boolean {
  for (let lane = 0; lane < FOLDED_LANE; lane++) {
    const [a, b] = [one[lane]!, other[lane]!];
    if (a !== b && (a >= start || b >= start)) return false;
  }
  return true;
}

function busyLanes({ items, lanes }: Laned): Busy[] {
  const busy = Array.from({ length: MAX_LANES }, () => new Busy());
  for (const [index, interval] of items.entries()) busy[lanes[index]!]?.add(interval);
  return busy;
}

/** What is settled in one lane, asked for in the order of starts. */
class Busy {
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
