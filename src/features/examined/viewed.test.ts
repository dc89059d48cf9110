import { describe, expect, test } from 'vitest';
import { look, NOTHING_VIEWED, type Sample, type Viewed } from './viewed';

const sample = (atMs: number, from: number, to: number, rest: Partial<Sample> = {}): Sample => ({
  atMs,
  bars: { startTime: from, endTime: to },
  isLegible: true,
  isLabelling: true,
  ...rest,
});
const viewedAfter = (...samples: Sample[]) => samples.reduce<Viewed>(look, NOTHING_VIEWED).bars;

describe('bars count as looked at', () => {
  test('after a second on screen, not before', () => {
    expect(viewedAfter(sample(0, 0, 100), sample(900, 0, 100))).toEqual([]);
    expect(viewedAfter(sample(0, 0, 100), sample(500, 0, 100), sample(1_000, 0, 100))).toEqual([
      { startTime: 0, endTime: 100 },
    ]);
  });

  test('where they stayed while the view moved; what was passed over in less does not', () => {
    expect(viewedAfter(sample(0, 0, 100), sample(500, 40, 140), sample(1_000, 80, 180))).toEqual([
      { startTime: 80, endTime: 100 },
    ]);
    const panned = [0, 250, 500, 750, 1_000].map((ms) => sample(ms, ms, ms + 200));
    expect(viewedAfter(...panned)).toEqual([]);
  });

  test('only while they can be told apart and somebody labels, without a break', () => {
    const broken = sample(500, 0, 100, { isLabelling: false });
    expect(viewedAfter(sample(0, 0, 100), broken, sample(1_000, 0, 100))).toEqual([]);
    const tiny = sample(1_000, 0, 100, { isLegible: false });
    expect(viewedAfter(sample(0, 0, 100), tiny)).toEqual([]);
  });

  test('again and again, as one where they overlap', () => {
    const first = [0, 500, 1_000].map((ms) => sample(ms, 0, 100));
    const second = [5_000, 5_600, 6_100].map((ms) => sample(ms, 50, 200));
    const far = [9_000, 9_600, 10_100].map((ms) => sample(ms, 500, 600));
    expect(viewedAfter(...first, ...second, ...far)).toEqual([
      { startTime: 0, endTime: 200 },
      { startTime: 500, endTime: 600 },
    ]);
  });

  test('what is remembered of a long look stays small', () => {
    let viewed: Viewed = NOTHING_VIEWED;
    for (let ms = 0; ms < 60_000; ms += 250) viewed = look(viewed, sample(ms, 0, 100));
    expect(viewed.steady.length).toBeLessThan(8);
    expect(viewed.bars).toEqual([{ startTime: 0, endTime: 100 }]);
  });
});
