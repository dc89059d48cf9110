import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXAMINED_SOURCES, type ExaminedSource } from '@/contract/examined';
import type { Bars, Neighbours } from '@/contract/overlaps';
import { cutBars, type Examined, edgesOf, markBars } from './examined-rules';

const LENGTH = 24;
/** Candles with gaps between them, as weekends make them. */
const TIMES = Array.from({ length: LENGTH }, (_, bar) => bar * 60 + Math.floor(bar / 5) * 1_000);
const timeOf = (bar: number) => TIMES[bar] ?? Number.NaN;

function nearOf(ranges: Bars[]): Neighbours {
  return new Map(
    edgesOf(ranges).map((time) => [
      time,
      {
        before: TIMES.findLast((candle) => candle < time) ?? null,
        after: TIMES.find((candle) => candle > time) ?? null,
      },
    ]),
  );
}

const range = (from: number, to: number, source: ExaminedSource = 'done'): Examined => ({
  startTime: timeOf(from),
  endTime: timeOf(to),
  source,
});
const mark = (ranges: Examined[], added: Examined) =>
  markBars(ranges, [added], added.source, nearOf([...ranges, added]));
const cut = (ranges: Examined[], bars: Bars) => cutBars(ranges, [bars], nearOf([...ranges, bars]));

describe('marking', () => {
  test('ranges that overlap, and those that touch across a gap of time, become one', () => {
    expect(mark([range(0, 4)], range(3, 8))).toEqual([range(0, 8)]);
    expect(mark([range(0, 4)], range(5, 8))).toEqual([range(0, 8)]);
    expect(mark([range(0, 3)], range(5, 8))).toEqual([range(0, 3), range(5, 8)]);
  });

  test('a stronger statement stays where a weaker one comes, and takes over where it comes', () => {
    expect(mark([range(5, 8)], range(3, 10, 'review'))).toEqual([
      range(3, 4, 'review'),
      range(5, 8),
      range(9, 10, 'review'),
    ]);
    expect(mark([range(3, 10, 'review')], range(5, 8))).toEqual([
      range(3, 4, 'review'),
      range(5, 8),
      range(9, 10, 'review'),
    ]);
  });
});

describe('cutting', () => {
  test('leaves what lies on either side', () => {
    expect(cut([range(0, 10)], range(4, 6))).toEqual([range(0, 3), range(7, 10)]);
    expect(cut([range(0, 10)], range(0, 10))).toEqual([]);
    expect(cut([range(0, 3)], range(5, 6))).toEqual([range(0, 3)]);
  });

  test('a range whose candles are gone does not come back as an empty piece', () => {
    const stale = { startTime: 1, endTime: 2, source: 'done' as const };
    expect(cut([stale], { startTime: 2, endTime: 2 })).toEqual([]);
  });
});

test('several at once are as one after the other', () => {
  const added = [range(0, 3), range(2, 5), range(6, 7), range(12, 20)];
  const ranges = [range(4, 8, 'review'), range(13, 14, 'viewed'), range(16, 16)];
  for (const source of ['done', 'import'] as const) {
    expect(markBars(ranges, added, source, nearOf([...ranges, ...added]))).toEqual(
      added.reduce((all, each) => mark(all, { ...each, source }), ranges),
    );
  }
  const cuts = [range(0, 4), range(16, 18)];
  expect(cutBars(ranges, cuts, nearOf([...ranges, ...cuts]))).toEqual(cuts.reduce(cut, ranges));
});

test('whatever is marked and cut, each bar has the strongest statement about it, in runs', () => {
  const bars = fc.tuple(fc.nat(LENGTH - 1), fc.nat(LENGTH - 1)).map(([a, b]) => ({
    from: Math.min(a, b),
    to: Math.max(a, b),
  }));
  const step = fc.oneof(
    fc.record({ bars, source: fc.constantFrom(...EXAMINED_SOURCES) }),
    fc.record({ bars, source: fc.constant(null) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let ranges: Examined[] = [];
      const said: (ExaminedSource | null)[] = Array.from({ length: LENGTH }, () => null);
      for (const { bars, source } of steps) {
        const added = range(bars.from, bars.to);
        ranges = source ? mark(ranges, { ...added, source }) : cut(ranges, added);
        for (let bar = bars.from; bar <= bars.to; bar += 1) {
          const was = said[bar] ?? null;
          const isKept =
            source && was && EXAMINED_SOURCES.indexOf(was) > EXAMINED_SOURCES.indexOf(source);
          if (!isKept) said[bar] = source;
        }
      }
      expect(ranges).toEqual(runsOf(said));
    }),
    { numRuns: 500 },
  );
});

/** The longest runs of bars with one source: what ranges must be if none overlap and all are merged. */
function runsOf(said: (ExaminedSource | null)[]): Examined[] {
  const runs: Examined[] = [];
  said.forEach((source, bar) => {
    if (!source) return;
    const last = runs.at(-1);
    if (last?.source === source && last.endTime === timeOf(bar - 1)) last.endTime = timeOf(bar);
    else runs.push(range(bar, bar, source));
  });
  return runs;
}
