import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Barriers, DEFAULT_BARRIERS } from '@/contract/outcomes';
import { type Bar, barrierOutcome, labelOutcomes, uniqueness } from './rules';

const bar = (time: number, open: number, high: number, low: number, close: number): Bar => ({
  time,
  open,
  high,
  low,
  close,
});
/** Fifteen bars with a true range of 2 each: an ATR of 2. */
const BEFORE = Array.from({ length: 15 }, (_, i) => bar(i, 100, 101, 99, 100));
const barriers = (changed: Partial<Barriers> = {}): Barriers => ({
  ...DEFAULT_BARRIERS,
  ...changed,
});

describe('the first barrier that is touched decides', () => {
  test('the take profit, two ATR above the open of the next bar', () => {
    const after = [bar(20, 102, 103, 101, 102), bar(21, 102, 106.5, 101, 106)];
    expect(barrierOutcome(BEFORE, after, barriers())).toEqual({
      touched: 'take_profit',
      entryTime: 20,
      entryPrice: 102,
      atr: 2,
      takeProfitPrice: 106,
      stopPrice: 98,
      exitTime: 21,
      exitPrice: 106,
      bars: 2,
      gain: 2,
    });
  });

  test('for a short position the other way round', () => {
    const after = [bar(20, 102, 103, 97.9, 98)];
    const outcome = barrierOutcome(BEFORE, after, barriers({ side: 'short' }));
    expect(outcome).toMatchObject({ touched: 'take_profit', exitPrice: 98, gain: 2 });
  });

  test('the stop, where one bar touches both', () => {
    const after = [bar(20, 102, 110, 90, 105)];
    expect(barrierOutcome(BEFORE, after, barriers())).toMatchObject({ touched: 'stop', gain: -2 });
  });

  test('at its open, where a bar opens beyond a barrier', () => {
    const down = [bar(20, 102, 103, 101, 102), bar(21, 90, 91, 89, 90)];
    expect(barrierOutcome(BEFORE, down, barriers())).toMatchObject({ exitPrice: 90, gain: -6 });
    const up = [bar(20, 102, 103, 101, 102), bar(21, 110, 111, 109, 110)];
    expect(barrierOutcome(BEFORE, up, barriers())).toMatchObject({ exitPrice: 110, gain: 4 });
  });

  test('time, at the close of the last bar that it may be held', () => {
    const flat = Array.from({ length: 30 }, (_, i) => bar(20 + i, 102, 103, 101, 102 + i / 100));
    expect(barrierOutcome(BEFORE, flat, barriers({ horizon: 5 }))).toMatchObject({
      touched: 'time',
      exitTime: 24,
      bars: 5,
      exitPrice: 102.04,
    });
  });

  test('nothing yet, where the candles end before', () => {
    expect(barrierOutcome(BEFORE, [bar(20, 102, 103, 101, 102)], barriers())).toMatchObject({
      touched: 'open',
    });
  });
});

test('there is no outcome without an ATR or an entry', () => {
  const after = [bar(20, 102, 103, 101, 102)];
  expect(barrierOutcome(BEFORE.slice(1), after, barriers())).toBeNull();
  expect(barrierOutcome(BEFORE, [], barriers())).toBeNull();
  const still = BEFORE.map(({ time }) => bar(time, 5, 5, 5, 5));
  expect(barrierOutcome(still, after, barriers())).toBeNull();
});

test('bars after the exit change nothing, and no barrier was touched before it', () => {
  const step = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.nat(4), fc.nat(4));
  const walk = fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
    let close = 100;
    return steps.map(([move, up, down], i) => {
      const open = close;
      close += move;
      return bar(20 + i, open, Math.max(open, close) + up, Math.min(open, close) - down, close);
    });
  });
  const side = fc.constantFrom<Barriers['side']>('long', 'short');
  fc.assert(
    fc.property(walk, side, fc.integer({ min: 1, max: 30 }), (after, side, horizon) => {
      const chosen = barriers({ side, horizon, takeProfit: 3, stop: 1.5 });
      const outcome = barrierOutcome(BEFORE, after, chosen)!;
      const { bars, takeProfitPrice, stopPrice, touched } = outcome;
      const [above, below] =
        side === 'long' ? [takeProfitPrice, stopPrice] : [stopPrice, takeProfitPrice];
      for (const { high, low } of after.slice(0, bars - 1)) {
        expect(high < above && low > below).toBe(true);
      }
      expect(bars).toBeLessThanOrEqual(horizon);
      if (touched !== 'open') {
        expect(barrierOutcome(BEFORE, after.slice(0, bars), chosen)).toEqual(
          touched === 'time' && bars < horizon ? expect.anything() : outcome,
        );
      }
    }),
  );
});

describe('the hit rate of a label', () => {
  const held = (touched: 'take_profit' | 'stop', from: number) => ({
    outcome: {
      ...barrierOutcome(BEFORE, [bar(20, 102, 110, 101, 105)], barriers())!,
      touched,
      gain: touched === 'stop' ? -2 : 2,
    },
    times: [from, from + 1, from + 2],
  });

  test('counts outcomes that share their bars as fewer', () => {
    const once = held('take_profit', 0);
    expect(uniqueness([once, once])).toEqual([0.5, 0.5]);
    const [first, second] = uniqueness([held('stop', 0), held('stop', 2)]);
    expect(first).toBeCloseTo((1 + 1 + 0.5) / 3);
    expect(second).toBeCloseTo((0.5 + 1 + 1) / 3);
  });

  test('is refused below thirty in effect, however many spans there are', () => {
    const doubled = Array.from({ length: 40 }, () => held('take_profit', 0));
    const refused = labelOutcomes('bull_flag', doubled, 2);
    expect(refused).toMatchObject({ spans: 42, unresolved: 2, hitRate: null, meanGain: null });
    expect(refused.effectiveCount).toBeCloseTo(1);
  });

  test('comes with the interval of Wilson', () => {
    const all = Array.from({ length: 40 }, (_, i) => held(i < 10 ? 'take_profit' : 'stop', i * 10));
    const { hitRate, meanGain } = labelOutcomes('bull_flag', all, 0);
    expect(hitRate!.value).toBeCloseTo(0.25);
    // scipy 1.16.3: binomtest(10, 40).proportion_ci(0.9, method="wilson")
    expect(hitRate!.low).toBeCloseTo(0.1557037839, 9);
    expect(hitRate!.high).toBeCloseTo(0.3759729405, 9);
    expect(meanGain).toBeCloseTo(-1);
  });
});
