import { describe, expect, it } from 'vitest';
import { clockOf, momentOf, shownTime, UTC } from './clock';

const at = (iso: string) => Date.parse(iso) / 1000;
const shown = (iso: string, zone: string, timeframe = 60) =>
  new Date(shownTime(at(iso), timeframe, clockOf(zone)) * 1000).toISOString().slice(0, 19);

describe('clock', () => {
  it.each([
    ['2010-01-15T14:30:00Z', 'America/New_York', '2010-01-15T09:30:00'],
    ['2010-07-15T13:30:00Z', 'America/New_York', '2010-07-15T09:30:00'],
    // The hour before and after the clocks change, in spring and in autumn.
    ['2010-03-14T06:59:00Z', 'America/New_York', '2010-03-14T01:59:00'],
    ['2010-03-14T07:00:00Z', 'America/New_York', '2010-03-14T03:00:00'],
    ['2010-11-07T05:59:00Z', 'America/New_York', '2010-11-07T01:59:00'],
    ['2010-11-07T06:00:00Z', 'America/New_York', '2010-11-07T01:00:00'],
    ['2010-01-15T18:30:00Z', 'Asia/Kathmandu', '2010-01-16T00:15:00'],
    ['2010-01-15T14:30:00Z', 'UTC', '2010-01-15T14:30:00'],
  ])('shows %s in %s', (time, zone, expected) => expect(shown(time, zone)).toBe(expected));

  it('takes a day that begins at midnight UTC for a date, and any other for a moment', () => {
    expect(shown('2010-02-08T00:00:00Z', 'America/New_York', 86_400)).toBe('2010-02-08T00:00:00');
    expect(shown('2010-02-08T05:00:00Z', 'America/New_York', 86_400)).toBe('2010-02-08T00:00:00');
    expect(shown('2010-02-07T15:00:00Z', 'Asia/Tokyo', 86_400)).toBe('2010-02-08T00:00:00');
  });

  it.each(['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'])(
    'finds the moment again that is shown in %s',
    (zone) => {
      const clock = clockOf(zone);
      for (let time = at('2010-01-01T00:15:00Z'); time < at('2011-01-01'); time += 7_919) {
        const again = momentOf(time + clock.offset(time), clock);
        // The hour that comes twice is taken for the first.
        expect(again + clock.offset(again)).toBe(time + clock.offset(time));
        expect(time - again).toBeLessThanOrEqual(3_600);
      }
    },
  );

  it('goes on behind a moment that the clocks leave out', () => {
    const clock = clockOf('America/New_York');
    expect(momentOf(at('2010-03-14T02:30:00Z'), clock)).toBe(at('2010-03-14T07:30:00Z'));
  });

  it('refuses a zone that there is not', () => {
    expect(() => clockOf('Mars/Olympus')).toThrow(RangeError);
    expect(clockOf('UTC')).toBe(UTC);
  });
});
