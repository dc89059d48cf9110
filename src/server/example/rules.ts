import type { BarIndex, Price } from '@/contract/units';

type Prices = readonly Price[];
export type Bars = { high: Prices; low: Prices; close: Prices };
/** Both ends belong to it. */
export type Pattern = { label: 'double_bottom' | 'bull_flag'; first: BarIndex; last: BarIndex };
type Turn = { bar: BarIndex; kind: 'top' | 'bottom' };

const RANGE_BARS = 24;
/** Of zig-zags from fine to coarse, in average true ranges. */
const REVERSALS = [0.75, 1, 1.5, 2];
const MOST_BARS_BEFORE = 40;
const MOST_BARS_AFTER = 28;

/**
 * The spans of the example: double bottoms and bull flags by textbook definitions in closes and average
 * true ranges, in the order in which they end. They need not be worth money, only be found again: the
 * same bars give the same spans, and no bar after a span's last decides on it. So up to the end of any of them there
 * is no other pattern. Of two of one label that overlap, the one that ends first stands.
 * The rule of the benchmarks (services/ml/bench/quality/rules.py) keeps the one that begins first, as it needs no
 * last bar from which on all is open, and waits 29 bars for a close above the top, not 28: its figures are measured with that.
 */
export function findPatterns(bars: Bars): Pattern[] {
  const unit = trueRanges(bars);
  const found = [doubleBottoms(bars.close, unit), bullFlags(bars.close, unit)].flatMap(apart);
  return found.sort(byEnd);
}

const byEnd = (a: Pattern, b: Pattern) => a.last - b.last || b.first - a.first;

function apart(patterns: Pattern[]): Pattern[] {
  const kept: Pattern[] = [];
  for (const pattern of patterns.toSorted(byEnd)) {
    if (pattern.first > (kept.at(-1)?.last ?? -1)) kept.push(pattern);
  }
  return kept;
}

/**
 * Two bottoms of about the same depth (apart by at most half the height up to the top between them), from
 * the last bar before them at or above that top to the first close above it; 8 to 80 bars.
 */
function doubleBottoms(close: Prices, unit: Prices): Pattern[] {
  return REVERSALS.flatMap((reversal) => {
    const turns = zigZag(close, unit, reversal);
    return turns.flatMap((one, at): Pattern[] => {
      const [top, two] = [turns[at + 1], turns[at + 2]];
      if (one.kind !== 'bottom' || !top || !two) return [];
      const neck = close[top.bar]!;
      const [left, right] = [close[one.bar]!, close[two.bar]!];
      const lowest = Math.min(left, right);
      if (Math.abs(left - right) > 0.5 * (neck - lowest)) return [];
      const before = Math.max(0, one.bar - MOST_BARS_BEFORE);
      const first = close.slice(before, one.bar).findLastIndex((price) => price >= neck);
      const after = close.slice(two.bar + 1, two.bar + 1 + MOST_BARS_AFTER);
      const last = after.findIndex((price) => price > neck);
      if (first < 0 || last < 0) return [];
      const span = { first: before + first, last: two.bar + 1 + last };
      const length = span.last - span.first + 1;
      if (length < 8 || length > 80) return [];
      if (close.slice(span.first, span.last + 1).some((price) => price < lowest)) return [];
      return [{ label: 'double_bottom', ...span }];
    });
  });
}

/**
 * A pole, which is a rise of at least 2 average true ranges within 8 bars, and a pull-back of 3 to 14 bars
 * that gives back 10 to 70 % of it, up to the first close above the three before.
 */
function bullFlags(close: Prices, unit: Prices): Pattern[] {
  const found: Pattern[] = [];
  for (let top = 8; top < close.length; top++) {
    const foot = close.slice(top - 8, top);
    const first = top - 8 + foot.indexOf(Math.min(...foot) as Price);
    const pole = close[top]! - close[first]!;
    if (pole < 2 * unit[first]! || Math.max(...close.slice(first, top)) > close[top]!) continue;
    for (let last = top + 3; last < Math.min(top + 15, close.length); last++) {
      const back = close[top]! - Math.min(...close.slice(top + 1, last + 1));
      if (close[last]! > close[top]! || back > 0.7 * pole) break;
      if (back < 0.1 * pole || close[last]! <= Math.max(...close.slice(last - 3, last))) continue;
      found.push({ label: 'bull_flag', first, last });
      break;
    }
  }
  return found;
}

/** Turns of the close, each confirmed by a move of `reversal` average true ranges against it. */
function zigZag(close: Prices, unit: Prices, reversal: number): Turn[] {
  const turns: Turn[] = [];
  let extreme = 0;
  let direction = 0;
  for (let bar = 1; bar < close.length; bar++) {
    const move = close[bar]! - close[extreme]!;
    if (move * direction > 0 || (direction === 0 && move !== 0)) {
      extreme = bar;
      direction ||= Math.sign(move);
    } else if (Math.abs(move) >= reversal * unit[extreme]!) {
      turns.push({ bar: extreme, kind: direction > 0 ? 'top' : 'bottom' });
      extreme = bar;
      direction = -direction;
    }
  }
  return turns;
}

/** Mean true range of the 24 bars up to each one. */
function trueRanges({ high, low, close }: Bars): Price[] {
  const ranges = close.map((price, bar) => {
    const before = close[bar - 1] ?? price;
    return Math.max(high[bar]!, before) - Math.min(low[bar]!, before);
  });
  return ranges.map((_, bar) => {
    const window = ranges.slice(Math.max(0, bar - RANGE_BARS + 1), bar + 1);
    return window.reduce((sum, range) => sum + range, 0) / window.length;
  });
}
