import {
  ATR_BARS,
  type BarrierOutcome,
  type Barriers,
  type LabelOutcomes,
  MIN_OUTCOMES,
} from '@/contract/outcomes';
import type { Price, UtcSeconds } from '@/contract/units';

export type Bar = { time: UtcSeconds; open: Price; high: Price; low: Price; close: Price };

/**
 * The triple-barrier outcome (López de Prado, Advances in Financial Machine Learning, 3.4) of what
 * ended with the last bar of `before`, which holds at least 15 bars; `after` are the bars behind
 * it. Both are in order of time. Null where no ATR or no entry can be had.
 *
 * A bar that touches both barriers counts as a stop: candles do not tell which came first. A bar
 * that opens beyond a barrier is left at its open.
 */
export function barrierOutcome(
  before: readonly Bar[],
  after: readonly Bar[],
  { side, takeProfit, stop, horizon }: Barriers,
): BarrierOutcome | null {
  const atr = averageTrueRange(before);
  const [first] = after;
  if (!first || atr === null || !(atr > 0)) return null;
  const sign = side === 'long' ? 1 : -1;
  const entryPrice = first.open;
  const takeProfitPrice = entryPrice + sign * takeProfit * atr;
  const stopPrice = entryPrice - sign * stop * atr;
  const leave = (touched: BarrierOutcome['touched'], index: number, exitPrice: number) => ({
    touched,
    entryTime: first.time,
    entryPrice,
    atr,
    takeProfitPrice,
    stopPrice,
    exitTime: after[index]!.time,
    exitPrice,
    bars: index + 1,
    gain: (sign * (exitPrice - entryPrice)) / atr,
  });
  const held = after.slice(0, horizon);
  for (const [index, bar] of held.entries()) {
    const [best, worst] = sign > 0 ? [bar.high, bar.low] : [bar.low, bar.high];
    if (sign * (worst - stopPrice) <= 0) {
      const opensBeyond = sign * (bar.open - stopPrice) <= 0;
      return leave('stop', index, opensBeyond ? bar.open : stopPrice);
    }
    if (sign * (best - takeProfitPrice) >= 0) {
      const opensBeyond = sign * (bar.open - takeProfitPrice) >= 0;
      return leave('take_profit', index, opensBeyond ? bar.open : takeProfitPrice);
    }
  }
  const last = held.length - 1;
  return leave(held.length === horizon ? 'time' : 'open', last, held[last]!.close);
}

/** Mean true range of the last 14 bars, which takes a close before them; null with fewer. */
function averageTrueRange(bars: readonly Bar[]): number | null {
  if (bars.length < ATR_BARS + 1) return null;
  const last = bars.slice(-ATR_BARS - 1);
  let sum = 0;
  for (let i = 1; i < last.length; i += 1) {
    const { high, low } = last[i]!;
    const { close } = last[i - 1]!;
    sum += Math.max(high, close) - Math.min(low, close);
  }
  return sum / ATR_BARS;
}

/** An outcome with the times of the bars that it was held. */
export type HeldOutcome = { outcome: BarrierOutcome; times: readonly number[] };

/** What came of a label's spans; `unresolved` are those without an outcome. */
export function labelOutcomes(
  label: string,
  all: readonly HeldOutcome[],
  unresolved: number,
): LabelOutcomes {
  const closed = all.filter(({ outcome }) => outcome.touched !== 'open');
  const weights = uniqueness(closed);
  const count = (touched: BarrierOutcome['touched']) =>
    closed.filter(({ outcome }) => outcome.touched === touched).length;
  const effectiveCount = sum(weights);
  const isEnough = effectiveCount >= MIN_OUTCOMES;
  const mean = (value: (outcome: BarrierOutcome) => number) =>
    sum(closed.map(({ outcome }, i) => value(outcome) * weights[i]!)) / effectiveCount;
  return {
    label,
    spans: all.length + unresolved,
    takeProfit: count('take_profit'),
    stop: count('stop'),
    time: count('time'),
    unresolved: unresolved + all.length - closed.length,
    effectiveCount,
    hitRate: isEnough
      ? wilson(
          mean(({ touched }) => Number(touched === 'take_profit')),
          effectiveCount,
        )
      : null,
    meanGain: isEnough ? mean(({ gain }) => gain) : null,
  };
}

/**
 * The average uniqueness of each outcome (López de Prado, 4.4): the mean, over the bars that it was
 * held, of one by the number of outcomes held at that bar.
 */
export function uniqueness(all: readonly HeldOutcome[]): number[] {
  const held = new Map<number, number>();
  for (const { times } of all) for (const time of times) held.set(time, (held.get(time) ?? 0) + 1);
  return all.map(({ times }) => sum(times.map((time) => 1 / held.get(time)!)) / times.length);
}

/** Wilson's score interval at 90 %; `n` need not be whole. */
function wilson(value: number, n: number) {
  const z = 1.6448536269514722;
  const scale = 1 + z ** 2 / n;
  const middle = (value + z ** 2 / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / n + z ** 2 / (4 * n ** 2));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
