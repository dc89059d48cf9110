import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import type { UtcSeconds } from '@/contract/units';

const DAY = 86_400;
const WEEK = 7 * DAY;
/** Stands for calendar months, whatever their length. */
export const MONTH = 30 * DAY;
const DISPLAYED = [1, 60, 300, 900, 3_600, 14_400, DAY, WEEK, MONTH];
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The timeframes that bars of `base` seconds can be merged into without cutting one in two. */
export function coarserTimeframes(base: number): number[] {
  return DISPLAYED.filter(
    (timeframe) => timeframe > base && (timeframe > DAY || isMultiple(timeframe, base)),
  );
}

/** Counted in microseconds, as 1 % 0.1 is not 0. */
const isMultiple = (seconds: number, base: number) =>
  Math.round(seconds * 1e6) % Math.round(base * 1e6) === 0;

/** When the bar of `timeframe` that holds `time` begins; a bar's own time is that of its first candle. */
export function barStart(time: UtcSeconds, timeframe: number): UtcSeconds {
  if (timeframe !== MONTH) return barEnd(time, timeframe) - timeframe;
  const date = new Date(time * 1000);
  date.setUTCDate(1);
  return date.setUTCHours(0, 0, 0, 0) / 1000;
}

/** When the bar of `timeframe` that holds `time` ends; that moment belongs to the next one. */
export function barEnd(time: UtcSeconds, timeframe: number): UtcSeconds {
  if (timeframe === MONTH) {
    const date = new Date(time * 1000);
    date.setUTCMonth(date.getUTCMonth() + 1, 1);
    return date.setUTCHours(0, 0, 0, 0) / 1000;
  }
  const origin = timeframe === WEEK ? FIRST_MONDAY : 0;
  return origin + (Math.floor((time - origin) / timeframe) + 1) * timeframe;
}

/** The timeframe of candles that mostly stand `delta` seconds apart. */
export function timeframeOf(delta: number): number {
  if (delta >= 28 * DAY && delta <= 31 * DAY) return MONTH;
  return toMicroseconds(delta);
}

/** What PostgreSQL stores of a time; below it a difference of two is noise. */
const toMicroseconds = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

/** What a chart of a single candle is taken for. */
export const LONE_CANDLE_TIMEFRAME = DAY;

/** Beyond this many different distances, new ones are no longer counted. */
const MAX_DISTANCES = 10_000;

/** Finds the most frequent distance between neighbouring candles, in either order; of two, the smaller. */
export class TimeframeCounter {
  readonly #counts = new Map<number, number>();
  #previous: UtcSeconds = Number.NaN;
  /** The last distance, and how often it came since another one did. */
  #distance = Number.NaN;
  #times = 0;

  add(time: UtcSeconds) {
    const distance = time - this.#previous;
    this.#previous = time;
    if (distance !== this.#distance) {
      this.#count();
      this.#distance = distance;
    }
    this.#times++;
  }

  timeframe(): number {
    this.#count();
    let best = LONE_CANDLE_TIMEFRAME;
    let most = 0;
    for (const [delta, count] of this.#counts) {
      if (count > most || (count === most && delta < best)) [best, most] = [delta, count];
    }
    return timeframeOf(best);
  }

  #count() {
    const delta = Math.abs(toMicroseconds(this.#distance));
    const count = this.#counts.get(delta);
    const isCounted = count !== undefined || this.#counts.size < MAX_DISTANCES;
    if (isCounted && !Number.isNaN(delta)) this.#counts.set(delta, (count ?? 0) + this.#times);
    this.#times = 0;
  }
}

const MAX_DECIMALS = 12;
const MAX_EXACT = 2 ** 51;

/** A single-precision number, such as vendors store 1438.36 in, lies at most this far off, relatively. */
export const SINGLE_PRECISION = 2 ** -23;

/** How many decimals it takes to write every number seen, `tolerance` relatively. */
export class Decimals {
  #count = 0;
  #power = 1;
  #exact = true;
  /** Sums up to here are rounded: none of whole numbers, which binary fractions add nothing to. */
  #largestRounded = -1;

  constructor(readonly tolerance = 0) {}

  see(value: number) {
    const allowed = Math.abs(value) * this.tolerance;
    while (
      this.#exact &&
      !(Math.abs(Math.round(value * this.#power) / this.#power - value) <= allowed)
    ) {
      if (Number.isNaN(value)) return;
      if (this.#count === MAX_DECIMALS) this.#exact = false;
      else this.#power = Number(`1e${++this.#count}`);
      this.#largestRounded = this.#exact ? MAX_EXACT / this.#power : -1;
    }
  }

  /** The first `length` values, in one go; false when they take no more decimals than those before. */
  seeAll(values: Float64Array, length: number): boolean {
    const first = this.firstBeyond(values, 0, length);
    for (let i = first; i < length; i = this.firstBeyond(values, i + 1, length)) {
      this.see(values[i]!);
    }
    return first < length;
  }

  /** The first of the values from `from` to before `to` that takes more decimals, or `to`. */
  firstBeyond(values: Float64Array, from: number, to: number): number {
    if (!this.#exact) return to;
    const power = this.#power;
    const { tolerance } = this;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      const off = Math.abs(Math.round(value * power) / power - value);
      if (!(off <= Math.abs(value) * tolerance || Number.isNaN(value))) return i;
    }
    return to;
  }

  /** Null when twelve were not enough. */
  count(): number | null {
    return this.#exact ? this.#count : null;
  }

  /** A sum of numbers seen, without what binary fractions added to it. */
  round(sum: number): number {
    if (Math.abs(sum) > this.#largestRounded) return sum;
    return Math.round(sum * this.#power) / this.#power;
  }
}

/** The coarsest level: the first whose bars fit in one tile. */
export function topLevel(bars: number): number {
  let level = 0;
  for (let left = bars; left > TILE_BARS; left = Math.ceil(left / TILE_FANOUT)) level++;
  return level;
}
