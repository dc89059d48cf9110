import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatDuration,
  formatFigure,
  formatFixed,
  formatPercent,
  formatPrice,
  formatRange,
  formatSigned,
  formatTime,
  formatTimeframe,
  formatVolume,
} from './format';

const at = (iso: string) => Date.parse(iso) / 1000;

describe('format', () => {
  it('says days for daily bars and the time of day for shorter ones, in UTC', () => {
    expect(formatTime(at('2010-02-08T00:00:00Z'), 86_400)).toBe('2010-02-08');
    expect(formatTime(at('2010-02-08T23:45:00Z'), 900)).toBe('2010-02-08 23:45');
  });

  it('says seconds and milliseconds where bars or times have them', () => {
    expect(formatTime(at('2010-02-08T23:45:00Z'), 1)).toBe('2010-02-08 23:45:00');
    expect(formatTime(at('2010-02-08T23:45:07.250Z'), 1)).toBe('2010-02-08 23:45:07.250');
    expect(formatTime(at('2010-02-08T23:45:07Z'), null)).toBe('2010-02-08 23:45:07');
    const [from, to] = [at('2010-07-01T09:30:05Z'), at('2010-07-01T09:30:06.5Z')];
    expect(formatRange(from, to, 1)).toBe('1 Jul 2010 09:30:05 – 09:30:06.500');
  });

  it('says what other clocks show', () => {
    const kathmandu = (time: number) => time + 20_700;
    expect(formatTime(at('2010-02-08T23:45:00Z'), 900, kathmandu)).toBe('2010-02-09 05:30');
    const [from, to] = [at('2010-07-01T18:00:00Z'), at('2010-07-01T18:30:00Z')];
    expect(formatRange(from, to, 900, kathmandu)).toBe('1 Jul 23:45 – 2 Jul 2010 00:15');
  });

  it.each([
    ['2010-02-08', '2010-03-23', '8 Feb – 23 Mar 2010'],
    ['2010-07-01', '2010-07-20', '1 – 20 Jul 2010'],
    ['2009-12-28', '2010-01-05', '28 Dec 2009 – 5 Jan 2010'],
    ['2010-07-01', '2010-07-01', '1 Jul 2010'],
  ])('says a range of days once: %s, %s', (from, to, text) => {
    expect(formatRange(at(`${from}T00:00:00Z`), at(`${to}T00:00:00Z`), 86_400)).toBe(text);
  });

  it.each([
    ['2010-07-01T09:30:00Z', '2010-07-01T10:15:00Z', '1 Jul 2010 09:30 – 10:15'],
    ['2010-07-01T09:30:00Z', '2010-07-02T10:15:00Z', '1 Jul 09:30 – 2 Jul 2010 10:15'],
  ])('says a range of times: %s, %s', (from, to, text) => {
    expect(formatRange(at(from), at(to), 900)).toBe(text);
  });

  it('groups thousands and keeps the precision of prices', () => {
    expect(formatPrice(1122.4, 2)).toBe('1,122.40');
    expect(formatPrice(1.0716, 5)).toBe('1.07160');
    expect(formatVolume(1_560_000_000)).toBe('1.56B');
    expect(formatPercent(-0.41, 2)).toBe('−0.41%');
    expect(formatPrice(-37.63, 2)).toBe('−37.63');
  });

  it('has one minus sign, and none before nothing', () => {
    expect([formatFixed(-1.2, 2), formatFixed(-0.004, 2), formatFixed(0.3948, 2)]).toEqual([
      ...['−1.20', '0.00', '0.39'],
    ]);
    expect([formatSigned(0.031, 2), formatSigned(-0.031, 2), formatSigned(-12, 0)]).toEqual([
      ...['+0.03', '−0.03', '−12'],
    ]);
    expect([formatFigure(-0.0123456), formatFigure(123_456)]).toEqual(['−0.01235', '123500']);
  });

  it.each([
    [60, '1m'],
    [900, '15m'],
    [14_400, '4h'],
    [86_400, '1D'],
    [604_800, '1W'],
    [2_592_000, '1M'],
    [259_200, '3D'],
    [45, '45s'],
    [1.5, '1.5s'],
    [0.25, '250ms'],
    [0.0005, '0.5ms'],
  ])('names a timeframe of %d seconds', (seconds, name) => {
    expect(formatTimeframe(seconds)).toBe(name);
  });

  it.each([
    [604_800, '7 days'],
    [86_400, '1 day'],
    [5_400, '1.5 hours'],
    [90, '1.5 minutes'],
  ])('says how long %d seconds are', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [45_200_000, '45.2 MB'],
    [823_400_000, '823 MB'],
    [8 * 2 ** 30, '8.6 GB'],
  ])('says %d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.4, '0:00'],
    [59.6, '1:00'],
    [185, '3:05'],
    [3_723, '1:02:03'],
  ])('says %d seconds', (seconds, text) => expect(formatClock(seconds)).toBe(text));

  it('says how long ago', () => {
    expect(formatAgo(1_000, 1_030)).toBe('just now');
    expect(formatAgo(1_000, 1_130)).toBe('2 min ago');
    expect(formatAgo(0, 7_300)).toBe('2 h ago');
  });
});
