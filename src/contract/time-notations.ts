import type { TimeFormat } from './uploads';

type Notation = {
  /** What people call it. */
  name: string;
  /** Cells, each with the moment that it is in UTC: tests read them, and the documentation shows them. */
  examples: [cell: string, moment: string][];
  /** What else to know, for the documentation. */
  sentence: string;
  /** What a cell of it looks like. Of several that fit, detection takes what reads more cells. */
  shape: RegExp;
};

const WEEKDAY = String.raw`(?:\p{L}{2,12}[.,]{0,2}\s+)?`;
const START = new RegExp(`^${WEEKDAY}`, 'u');
const shaped = (pattern: string) => new RegExp(START.source + pattern, 'iu');
/** A word of letters and accents, perhaps shortened by a point. */
const WORD = String.raw`[\p{L}\p{M}]{3,12}\.?`;

/** Every way to write a time that is read. */
export const NOTATIONS: Record<TimeFormat, Notation> = {
  'unix-s': {
    name: 'Unix seconds',
    examples: [
      ['1704447000', '2024-01-05T09:30:00.000'],
      ['1704447000.25', '2024-01-05T09:30:00.250'],
      ['-252374400', '1962-01-02T00:00:00.000'],
    ],
    sentence: 'Before 1973, and below zero, where the column is called time, timestamp or epoch.',
    shape: /^-?\d{1,11}(\.\d+)?$|^\d\.\d+e\+?0?9$/i,
  },
  'unix-ms': {
    name: 'Unix milliseconds',
    examples: [['1704447000250', '2024-01-05T09:30:00.250']],
    sentence: 'The unit may change once in a file, as from milliseconds to microseconds.',
    shape: /^-?\d{12,14}(\.\d+)?$|^\d\.\d+e\+?12$/i,
  },
  'unix-us': {
    name: 'Unix microseconds',
    examples: [['1704447000250000', '2024-01-05T09:30:00.250']],
    sentence: '',
    shape: /^-?\d{15,17}(\.\d+)?$|^\d\.\d+e\+?15$/i,
  },
  'unix-ns': {
    name: 'Unix nanoseconds',
    examples: [['1704447000250000000', '2024-01-05T09:30:00.250']],
    sentence: 'Kept to the microsecond.',
    shape: /^-?\d{18,20}$|^\d\.\d+e\+?18$/i,
  },
  excel: {
    name: 'Excel day numbers',
    examples: [
      ['45296', '2024-01-05T00:00:00.000'],
      ['45296.395833333', '2024-01-05T09:30:00.000'],
      ['45296,395833333', '2024-01-05T09:30:00.000'],
    ],
    sentence: 'Days since 1899-12-30, to the second.',
    shape: /^\d{4,6}([.,]\d+)?$/,
  },
  iso: {
    name: 'YYYY-MM-DD',
    examples: [
      ['2024-01-05', '2024-01-05T00:00:00.000'],
      ['2024-1-5 9:30', '2024-01-05T09:30:00.000'],
      ['2024-01-05T09:30:15.250Z', '2024-01-05T09:30:15.250'],
      ['2024-01-05 09:30:00-05:00', '2024-01-05T14:30:00.000'],
      ['2024-01-05T09:30:00-05:00[America/New_York]', '2024-01-05T14:30:00.000'],
      ['2024-01-05 09:30:00 US/Eastern', '2024-01-05T14:30:00.000'],
      ['2024-01-05 09:30:00 EST', '2024-01-05T14:30:00.000'],
      ['2024-01-05 24:00', '2024-01-06T00:00:00.000'],
    ],
    sentence: 'ISO 8601, and what databases and pandas write.',
    shape: shaped(String.raw`\d{4}-\d{1,2}-\d{1,2}(\D|$)`),
  },
  ymd: {
    name: 'YYYY/MM/DD',
    examples: [
      ['2024/01/05', '2024-01-05T00:00:00.000'],
      ['2024.01.05 09:30', '2024-01-05T09:30:00.000'],
      ['2024年1月5日', '2024-01-05T00:00:00.000'],
      ['2024년 1월 5일', '2024-01-05T00:00:00.000'],
      ['24-01-05 09:30', '2024-01-05T09:30:00.000'],
    ],
    sentence: 'Years of two digits, where nothing tells them from days, are a question.',
    shape: shaped(
      String.raw`(?:\d{3,4}(?:[/.]\s?|[年년]\s?)\d{1,2}(?:[/.]\s?|[月월]\s?)\d{1,2}|\d\d([-/.])\d\d\1\d\d)(\D|$)`,
    ),
  },
  dmy: {
    name: 'day/month/year',
    examples: [
      ['05.01.2024 09:30', '2024-01-05T09:30:00.000'],
      ['05.01.2024 09.30.00', '2024-01-05T09:30:00.000'],
      ['5/1/24', '2024-01-05T00:00:00.000'],
      ['27.10.2024 02:00:00.000 GMT+0200', '2024-10-27T00:00:00.000'],
    ],
    sentence: 'Two-digit years are never in the future.',
    shape: shaped(String.raw`\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(\d{4}|\d\d)(\D|$)`),
  },
  mdy: {
    name: 'month/day/year',
    examples: [
      ['1/5/2024 9:30', '2024-01-05T09:30:00.000'],
      ['01/05/2024 09:30:00 PM', '2024-01-05T21:30:00.000'],
      ['Fri 01/05/2024', '2024-01-05T00:00:00.000'],
      ['12/30/68', '1968-12-30T00:00:00.000'],
    ],
    sentence: 'Where nothing tells it from day/month/year, you are asked.',
    shape: shaped(String.raw`\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(\d{4}|\d\d)(\D|$)`),
  },
  'd-mon-y': {
    name: 'day-month name-year',
    examples: [
      ['5-Jan-24', '2024-01-05T00:00:00.000'],
      ['05 January 2024 09:30', '2024-01-05T09:30:00.000'],
      ['Jan 5, 2024', '2024-01-05T00:00:00.000'],
      ['05-März-2024', '2024-03-05T00:00:00.000'],
      ['5 de enero de 2024', '2024-01-05T00:00:00.000'],
      ['Fri, 05 Jan 2024 09:30:00 GMT', '2024-01-05T09:30:00.000'],
      ['Fri Jan 05 2024 09:30:00 GMT+0000 (Coordinated Universal Time)', '2024-01-05T09:30:00.000'],
    ],
    sentence:
      'Months in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Turkish, Swedish, Danish or Indonesian, in full or shortened.',
    shape: shaped(
      `(\\d{1,2}[.\\s/-]{0,2}(de\\s)?${WORD}[\\s/.,-]{0,2}(de\\s)?\\d|${WORD}[\\s/.-]{0,2}\\d{1,2}[\\s,/.-]{1,2}\\d)`,
    ),
  },
  'y-mon-d': {
    name: 'year-month name-day',
    examples: [
      ['2024-Jan-05', '2024-01-05T00:00:00.000'],
      ['24-Jan-05 09:30', '2024-01-05T09:30:00.000'],
    ],
    sentence: 'As day-month name-year; where both read a file you are asked.',
    shape: shaped(`(\\d{4}|\\d\\d)[\\s/.-]${WORD}[\\s/.-]\\d{1,2}(\\D|$)`),
  },
  yyyymmdd: {
    name: 'YYYYMMDD',
    examples: [
      ['20240105', '2024-01-05T00:00:00.000'],
      ['20240105 093015', '2024-01-05T09:30:15.000'],
      ['20240105  09:30:00', '2024-01-05T09:30:00.000'],
      ['202401050930', '2024-01-05T09:30:00.000'],
      ['2024010509', '2024-01-05T09:00:00.000'],
    ],
    sentence: 'A time of day may follow without colons.',
    // Ten digits are a date and an hour in years whose Unix seconds are yet to come.
    shape:
      /^(?:(1[5-9]|2\d)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d*\.)(\D|$|\d{4}(\d\d)?$)|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])$)/,
  },
  yymmdd: {
    name: 'YYMMDD',
    examples: [['240131', '2024-01-31T00:00:00.000']],
    sentence: 'In a column that is called a date.',
    shape: /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\s|$)/,
  },
  ddmmyy: {
    name: 'DDMMYY',
    examples: [['310124', '2024-01-31T00:00:00.000']],
    sentence: 'As YYMMDD; where both read a file you are asked.',
    shape: /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d(\s|$)/,
  },
  'year-month': {
    name: 'YYYY-MM',
    examples: [
      ['2024-02', '2024-02-01T00:00:00.000'],
      ['2024/02', '2024-02-01T00:00:00.000'],
      ['2024年2月', '2024-02-01T00:00:00.000'],
    ],
    sentence: 'Months, each at its first day.',
    shape: /^\d{4}(?:[-/.]|[年년]\s?)(0?[1-9]|1[0-2])[月월]?$/,
  },
  'month-year': {
    name: 'MM/YYYY',
    examples: [['02/2024', '2024-02-01T00:00:00.000']],
    sentence: '',
    shape: /^(0?[1-9]|1[0-2])[-/.](1[5-9]|2\d)\d\d$/,
  },
  'mon-y': {
    name: 'month name-year',
    examples: [
      ['Jan-24', '2024-01-01T00:00:00.000'],
      ['March 2024', '2024-03-01T00:00:00.000'],
    ],
    sentence: '',
    shape: new RegExp(`^${WORD}[\\s/.,'-]{0,2}(\\d{4}|\\d\\d)$`, 'iu'),
  },
};
