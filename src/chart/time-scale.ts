import type { BarIndex, UtcSeconds } from '@/contract/units';
import { strideOf } from './view';

const MONTH = 30 * 86_400;

/** Known times: entry j is the time of level 0 bar (first + j) × stride. */
export type TimeSamples = { level: number; first: number; times: ArrayLike<UtcSeconds> };

/** The first index whose value is not under `value`. */
export function lowerBound(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index whose value is over `value`. */
export function upperBound(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Times to logical indices and back. A logical index counts bars of level 0, with fractions: bar i lies
 * between i and i + 1. A time is always somewhere: exact among the loaded bars of level 0, by
 * interpolation among coarser ones and outside what is loaded, and beyond the ends at the
 * history's own pace. Logical indices never fall as times rise.
 */
export class TimeScale {
  private readonly secondsPerBar: number;
  /** A month is 30 days by name, and up to 31 by the calendar. */
  private readonly longestBar: number;
  /** The sample that was asked for last: mostly the next time is near it. */
  private near = 0;

  /** `overview` covers the whole history, `loaded` what is on the chart. */
  constructor(
    readonly bars: number,
    timeframe: number,
    private readonly overview: TimeSamples,
    private readonly loaded: TimeSamples = overview,
  ) {
    this.longestBar = timeframe * (timeframe === MONTH ? 31 / 30 : 1);
    const { times, level } = overview;
    const last = times.length - 1;
    this.secondsPerBar =
      last > 0 ? (times[last]! - times[0]!) / (last * strideOf(level)) : timeframe;
  }

  /** Where the bar at `time` begins; between two bars, the same share of the way. */
  logicalOf(time: UtcSeconds): BarIndex {
    const { times, first, level } = this.loaded;
    const last = times.length - 1;
    if (time < times[0]!) {
      return Math.min(this.logicalAmong(this.overview, time), first * strideOf(level));
    }
    if (time > times[last]!) {
      return Math.max(this.logicalAmong(this.overview, time), (first + last) * strideOf(level));
    }
    return this.logicalAmong(this.loaded, time);
  }

  /** The bar at or before the time where the loaded bars tell, else null. */
  barAt(time: UtcSeconds): BarIndex | null {
    return this.isExact(time) ? Math.floor(this.logicalOf(time)) : null;
  }

  /** The left edge of the first bar that belongs to something that starts at `time`. */
  startEdge(time: UtcSeconds): BarIndex {
    const logical = this.logicalOf(time);
    if (!this.isExact(time)) return logical;
    const bar = Math.floor(logical);
    // A time within a bar belongs to it, one in the pause behind it to the next.
    return time < this.timeAt(bar) + this.longestBar ? bar : Math.ceil(logical);
  }

  /** The middle of the bar that holds `time`, or of the one before the pause that does. */
  middleOf(time: UtcSeconds): BarIndex {
    const logical = this.logicalOf(time);
    return (this.isExact(time) ? Math.floor(logical) : logical) + 0.5;
  }

  /** The right edge of the last bar that belongs to something that ends at `time`. */
  endEdge(time: UtcSeconds): BarIndex {
    const logical = this.logicalOf(time);
    return (this.isExact(time) ? Math.floor(logical) : logical) + 1;
  }

  /** The time at a logical index, held within the known ones. */
  timeAt(logical: BarIndex): UtcSeconds {
    const among = this.isLoaded(logical) ? this.loaded : this.overview;
    const { times, first, level } = among;
    const position = logical / strideOf(level) - first;
    const index = Math.min(Math.max(Math.floor(position), 0), times.length - 1);
    const time = times[index]!;
    const next = times[index + 1];
    const share = Math.max(0, position - index);
    if (next !== undefined) return time + share * (next - time);
    const left = Math.max(0, this.bars - 1 - (first + index) * strideOf(level));
    return time + Math.min(share * strideOf(level), left) * this.secondsPerBar;
  }

  private isLoaded(logical: BarIndex): boolean {
    const { times, first, level } = this.loaded;
    const position = logical / strideOf(level) - first;
    return position >= 0 && position < times.length;
  }

  private isExact(time: UtcSeconds): boolean {
    const { times, level } = this.loaded;
    return level === 0 && time >= times[0]! && time <= times[times.length - 1]!;
  }

  /** The last of the times that is not over `time`; -1 where none is. */
  private indexAmong(times: ArrayLike<UtcSeconds>, time: UtcSeconds): number {
    const { near } = this;
    if (!(times[near]! <= time && (near + 1 >= times.length || time < times[near + 1]!))) {
      this.near = upperBound(times, time) - 1;
    }
    return this.near;
  }

  private logicalAmong({ times, first, level }: TimeSamples, time: UtcSeconds): BarIndex {
    const stride = strideOf(level);
    const index = this.indexAmong(times, time);
    if (index < 0) return first * stride + (time - times[0]!) / this.secondsPerBar;
    const start = times[index]!;
    const next = times[index + 1];
    const barsOn =
      next === undefined
        ? (time - start) / this.secondsPerBar
        : ((time - start) / (next - start)) * stride;
    return (first + index) * stride + barsOn;
  }
}
