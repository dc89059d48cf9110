import { TickMarkType, type UTCTimestamp } from 'lightweight-charts';
import { expect, test } from 'vitest';
import { clockOf } from '@/contract/clock';
import { ZonedTimeScale } from './zoned-time-scale';

const at = (iso: string) => Date.parse(iso) / 1000;

/** The times of the marks that weigh as much as a day or more. */
function daysOf(scale: ZonedTimeScale, times: number[]): string[] {
  const points = times.map((time) => ({
    time: scale.convertHorzItemToInternal(time as UTCTimestamp),
    timeWeight: 0 as never,
    pointData: new Map() as never,
    originalTime: time,
  }));
  scale.fillWeightsForPoints(points, 0);
  return points.flatMap(({ timeWeight }, index) =>
    timeWeight >= 50 ? new Date((times[index] ?? 0) * 1000).toISOString() : [],
  );
}

test('days and months begin as the zone counts them, summer time included', () => {
  const scale = new ZonedTimeScale();
  scale.timeframe = 3_600;
  const hours = Array.from({ length: 72 }, (_, hour) => at('2010-11-06T12:00:00Z') + hour * 3_600);
  const utc = daysOf(scale, hours);
  expect(utc.slice(-3)).toEqual(['07', '08', '09'].map((day) => `2010-11-${day}T00:00:00.000Z`));
  scale.clock = clockOf('America/New_York');
  expect(daysOf(scale, hours).slice(-3)).toEqual([
    '2010-11-07T04:00:00.000Z',
    '2010-11-08T05:00:00.000Z',
    '2010-11-09T05:00:00.000Z',
  ]);
  expect(scale.markText(at('2010-11-01T04:00:00Z'), TickMarkType.Month)).toBe('Nov');
  expect(scale.markText(at('2010-11-07T04:00:00Z'), TickMarkType.DayOfMonth)).toBe('7');
  expect(scale.markText(at('2010-11-07T05:45:00Z'), TickMarkType.Time)).toBe('01:45');
  expect(scale.markText(at('2010-11-07T05:45:07.5Z'), TickMarkType.TimeWithSeconds)).toBe(
    '01:45:07.500',
  );
});
