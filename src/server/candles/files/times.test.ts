import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTATIONS } from '@/contract/time-notations';
import type { TimeFormat } from '@/contract/uploads';
import { TimeParser } from './times';

function read(text: string, format: TimeFormat, zone = 'UTC'): string {
  const bytes = Buffer.from(`${text},next`);
  const time = new TimeParser(format, zone).parse(bytes, 0, Buffer.byteLength(text));
  return Number.isNaN(time) ? 'none' : new Date(Math.round(time * 1000)).toISOString().slice(0, 23);
}

describe('a notation', () => {
  const examples = Object.entries(NOTATIONS).flatMap(([format, notation]) =>
    notation.examples.map(([cell, moment]) => [format as TimeFormat, cell, moment] as const),
  );
  it.each(examples)('%s reads “%s”', (format, cell, moment) => {
    expect(read(cell, format)).toBe(moment);
    expect(cell).toMatch(NOTATIONS[format].shape);
  });
});

describe('TimeParser', () => {
  it.each<[TimeFormat, string, string]>([
    ['iso', '2024-02-29', '2024-02-29T00:00:00.000'],
    ['iso', '2024-1-5 9:30', '2024-01-05T09:30:00.000'],
    ['iso', '2024-01-05T09:30:15.250Z', '2024-01-05T09:30:15.250'],
    ['iso', '2024-01-05 09:30:00-05:00', '2024-01-05T14:30:00.000'],
    ['iso', '2024-01-05T09:30:00+0530', '2024-01-05T04:00:00.000'],
    ['iso', '2024-01-05 09', '2024-01-05T09:00:00.000'],
    ['iso', '2024-01-05 09-PM', '2024-01-05T21:00:00.000'],
    ['iso', '2024-01-05 12:05 am', '2024-01-05T00:05:00.000'],
    ['ymd', '2024.01.05 09:30', '2024-01-05T09:30:00.000'],
    ['ymd', '2024/01/05', '2024-01-05T00:00:00.000'],
    ['yyyymmdd', '20240105', '2024-01-05T00:00:00.000'],
    ['yyyymmdd', '20240105 093015', '2024-01-05T09:30:15.000'],
    ['yyyymmdd', '20240105 093015250', '2024-01-05T09:30:15.250'],
    ['yyyymmdd', '20240105T0930', '2024-01-05T09:30:00.000'],
    ['yyyymmdd', '202401050930', '2024-01-05T09:30:00.000'],
    ['yyyymmdd', '20240105 09:30', '2024-01-05T09:30:00.000'],
    ['dmy', '05.01.2024 00:00:00.000', '2024-01-05T00:00:00.000'],
    ['dmy', '05.01.2024 01:00:00.000 GMT+0100', '2024-01-05T00:00:00.000'],
    ['dmy', '5/1/24 9:30', '2024-01-05T09:30:00.000'],
    ['mdy', '1/5/2024 9:30', '2024-01-05T09:30:00.000'],
    ['mdy', '01/05/2024 09:30:00 PM', '2024-01-05T21:30:00.000'],
    ['mdy', '01-05-70', '1970-01-05T00:00:00.000'],
    ['d-mon-y', '5-Jan-24', '2024-01-05T00:00:00.000'],
    ['d-mon-y', '05 January 2024 09:30', '2024-01-05T09:30:00.000'],
    ['d-mon-y', 'Jan 5, 2024', '2024-01-05T00:00:00.000'],
    ['unix-s', '1704447000', '2024-01-05T09:30:00.000'],
    ['unix-s', '1704447000.25', '2024-01-05T09:30:00.250'],
    ['unix-s', '1.704447E+9', '2024-01-05T09:30:00.000'],
    ['unix-ms', '1704447000250', '2024-01-05T09:30:00.250'],
    ['unix-us', '1704447000250000', '2024-01-05T09:30:00.250'],
  ])('reads %s: %s', (format, text, time) => expect(read(text, format)).toBe(time));

  it.each<[TimeFormat, string]>([
    ['iso', '2023-02-29'],
    ['iso', '2024-13-01'],
    ['iso', '2024-04-31'],
    ['iso', '24-01-05'],
    ['iso', '2024-01-05 24:01'],
    ['iso', '2024-01-05 09:60'],
    ['iso', '2024-01-05 09:30 Nowhere/Town'],
    ['d-mon-y', '1. marraskuuta 2024'],
    ['iso', '2024-01-05 13:00 PM'],
    ['iso', '2024-01-05 '],
    ['iso', '2024-01'],
    ['iso', ''],
    ['yyyymmdd', '2024010'],
    ['yyyymmdd', '20240105 25'],
    ['dmy', '1/13/2024'],
    ['mdy', '13/1/2024'],
    ['d-mon-y', '5-Foo-24'],
    ['unix-s', 'yesterday'],
  ])('refuses %s: “%s”', (format, text) => expect(read(text, format)).toBe('none'));

  it('agrees with Date on every moment of ISO 8601', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (moment) => {
        expect(read(moment.toISOString(), 'iso')).toBe(moment.toISOString().slice(0, 23));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads a date and a time of day from two cells', () => {
    const bytes = Buffer.from('2024.01.05,93000');
    const parse = (format: TimeFormat, from: number) =>
      new TimeParser(format, 'UTC').parseParts(bytes, 0, 10, from, bytes.length);
    expect(parse('ymd', 11)).toBe(Date.UTC(2024, 0, 5, 9, 30) / 1000);
    expect(parse('ymd', bytes.length)).toBeNaN();
    expect(parse('unix-s', 11)).toBeNaN();
  });
});

describe('a zone', () => {
  const hours = (texts: string[]) => {
    const parser = new TimeParser('iso', 'America/New_York');
    return texts.map((text) => {
      const time = parser.parse(Buffer.from(text), 0, text.length);
      return Number.isNaN(time) ? 'none' : new Date(time * 1000).toISOString().slice(11, 16);
    });
  };

  it('moves times without an offset, and only those', () => {
    expect(read('2024-01-05 09:30', 'iso', 'America/New_York')).toBe('2024-01-05T14:30:00.000');
    expect(read('2024-07-05 09:30', 'iso', 'America/New_York')).toBe('2024-07-05T13:30:00.000');
    expect(read('2024-01-05 09:30Z', 'iso', 'America/New_York')).toBe('2024-01-05T09:30:00.000');
    expect(read('2024-01-05 09:30', 'iso', 'Asia/Kolkata')).toBe('2024-01-05T04:00:00.000');
  });

  it('keeps the hour that autumn shows twice in order, whichever way the rows run', () => {
    const shown = ['00:00', '01:00', '01:30', '01:00', '01:30', '02:00'];
    const utc = ['04:00', '05:00', '05:30', '06:00', '06:30', '07:00'];
    const texts = shown.map((clock) => `2024-11-03 ${clock}`);
    expect(hours(texts)).toEqual(utc);
    expect(hours(texts.toReversed())).toEqual(utc.toReversed());
  });

  it('refuses the hour that spring leaves out', () => {
    expect(hours(['2024-03-10 01:59', '2024-03-10 02:30', '2024-03-10 03:00'])).toEqual([
      '06:59',
      'none',
      '07:00',
    ]);
  });

  it('is refused by a sentence when it does not exist', () => {
    expect(() => new TimeParser('iso', 'Mars/Olympus')).toThrow(
      'There is no time zone “Mars/Olympus”.',
    );
  });
});
