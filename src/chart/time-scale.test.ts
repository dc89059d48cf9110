import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerBound, TimeScale, upperBound } from './time-scale';
import { strideOf } from './view';

const DAY = 86_400;
/** Trading days: weekends are left out. */
const days = (count: number) =>
  Float64Array.from({ length: count }, (_, index) => (index + 2 * Math.floor(index / 5)) * DAY);
const knots = (times: Float64Array, level: number, first: number, count: number) => ({
  level,
  first,
  times: times.filter((_, index) => index % strideOf(level) === 0).slice(first, first + count),
});
const timeScaleOf = (bars: number, loaded: { level: number; first: number; count: number }) => {
  const times = days(bars);
  return {
    times,
    timeScale: new TimeScale(
      bars,
      DAY,
      knots(times, 3, 0, bars),
      knots(times, loaded.level, loaded.first, loaded.count),
    ),
  };
};

describe('among loaded bars of level 0', () => {
  const { times, timeScale } = timeScaleOf(1_000, { level: 0, first: 200, count: 400 });

  test('a bar lies at its index, from edge to edge', () => {
    expect(timeScale.logicalOf(times[250]!)).toBe(250);
    expect(timeScale.startEdge(times[250]!)).toBe(250);
    expect(timeScale.endEdge(times[250]!)).toBe(251);
    expect(timeScale.barAt(times[250]!)).toBe(250);
    expect(timeScale.timeAt(250)).toBe(times[250]);
  });

  test('a range that starts and ends on a weekend encloses the week between', () => {
    const monday = times[250]!;
    const saturday = times[254]! + DAY;
    expect(timeScale.startEdge(monday - DAY)).toBe(250);
    expect(timeScale.endEdge(saturday)).toBe(255);
  });
});

test('a time outside what is loaded keeps its side and roughly its place', () => {
  const { times, timeScale } = timeScaleOf(1_000, { level: 0, first: 200, count: 400 });
  expect(timeScale.logicalOf(times[100]!)).toBeCloseTo(100, -1);
  expect(timeScale.logicalOf(times[900]!)).toBeCloseTo(900, -1);
  expect(timeScale.logicalOf(times[199]!)).toBeLessThanOrEqual(200);
  expect(timeScale.logicalOf(times[600]!)).toBeGreaterThanOrEqual(599);
  expect(timeScale.barAt(times[900]!)).toBeNull();
});

test('a time beyond the history goes on at its pace', () => {
  const { times, timeScale } = timeScaleOf(1_000, { level: 0, first: 200, count: 400 });
  const week = 7 * DAY;
  expect(timeScale.logicalOf(times[0]! - 10 * week)).toBeCloseTo(-50, 0);
  expect(timeScale.logicalOf(times[999]! + 10 * week)).toBeGreaterThan(1_030);
  expect(timeScale.timeAt(-20)).toBe(times[0]);
  expect(timeScale.timeAt(5_000)).toBeLessThanOrEqual(times[999]! + 4 * DAY);
});

test('a coarse level places its own bars exactly and those between by interpolation', () => {
  const { times, timeScale } = timeScaleOf(1_000, { level: 1, first: 0, count: 250 });
  expect(timeScale.logicalOf(times[500]!)).toBe(500);
  expect(Math.abs(timeScale.logicalOf(times[502]!) - 502)).toBeLessThan(2);
});

test('a history of one candle has a place', () => {
  const timeScale = new TimeScale(1, DAY, { level: 0, first: 0, times: [100 * DAY] });
  expect(timeScale.startEdge(100 * DAY)).toBe(0);
  expect(timeScale.endEdge(100 * DAY)).toBe(1);
  expect(timeScale.logicalOf(101 * DAY)).toBe(1);
  expect(timeScale.timeAt(0.5)).toBe(100 * DAY);
});

test('places never fall as times rise, whatever is loaded and was asked for before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.double({ min: -50, max: 3_000, noNaN: true }), { minLength: 2 }),
      fc.nat(),
      fc.nat(),
      (bars, level, when, start, length) => {
        const ofLevel = Math.ceil(bars / strideOf(level));
        const first = start % ofLevel;
        const count = 1 + (length % (ofLevel - first));
        const { timeScale } = timeScaleOf(bars, { level, first, count });
        const before = new Map(when.map((day) => [day, timeScale.logicalOf(day * DAY)]));
        const places = when.sort((a, b) => a - b).map((day) => timeScale.logicalOf(day * DAY));
        expect(places).toEqual(when.map((day) => before.get(day)));
        return places.every(
          (place, index) => Number.isFinite(place) && place >= (places[index - 1] ?? -Infinity),
        );
      },
    ),
  );
});

test('bounds agree with a linear search', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 0, max: 20 }),
      (list, value) => {
        const sorted = list.sort((a, b) => a - b);
        const orEnd = (index: number) => (index < 0 ? sorted.length : index);
        expect(lowerBound(sorted, value)).toBe(orEnd(sorted.findIndex((one) => one >= value)));
        expect(upperBound(sorted, value)).toBe(orEnd(sorted.findIndex((one) => one > value)));
      },
    ),
  );
});
