import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '@/contract/uploads';
import { detect } from './detect';
import { ImportIssues } from './issues';
import { RowReader } from './row-reader';

type Candle = [
  time: string,
  open: number,
  high: number,
  low: number,
  close: number,
  v: number | null,
];

/** The candles of a whole file under a mapping, as a person would write them down. */
function read(text: string, mapping: Mapping): { candles: Candle[]; issues: ImportIssues } {
  const issues = new ImportIssues();
  const reader = new RowReader(mapping, issues);
  const candles: Candle[] = [];
  for (const next of [() => reader.read(Buffer.from(text)), () => reader.end()]) {
    const { length, time, open, high, low, close, volume } = next();
    for (let i = 0; i < length; i++) {
      const traded = Number.isNaN(volume[i]) ? null : volume[i]!;
      const written = new Date(time[i]! * 1000).toISOString().slice(0, 16);
      candles.push([written, open[i]!, high[i]!, low[i]!, close[i]!, traded]);
    }
  }
  return { candles, issues };
}

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`fixtures/${name}.csv`, import.meta.url)), 'utf8');

const days = (times: string[], volumes: (number | null)[] = [10, 20, 30]): Candle[] => [
  [times[0]!, 1.5, 2, 1, 1.75, volumes[0]!],
  [times[1]!, 1.75, 3, 1.5, 2.5, volumes[1]!],
  [times[2]!, 2.5, 2.75, 2, 2.25, volumes[2]!],
];
const JANUARY = ['2024-01-02T00:00', '2024-01-03T00:00', '2024-01-04T00:00'];
const WEEK = ['2024-01-16T00:00', '2024-01-17T00:00', '2024-01-18T00:00'];
const NONE = [null, null, null];

describe('detect reads the files of', () => {
  it.each<[file: string, format: string, candles: Candle[]]>([
    ['generic', 'Table with a header', days(JANUARY)],
    ['any-order', 'Table with a header', days(JANUARY)],
    ['unix-seconds', 'Table with a header', days(JANUARY, NONE)],
    ['unix-milliseconds', 'Table with a header', days(JANUARY, NONE)],
    ['unix-microseconds', 'Table with a header', days(JANUARY, NONE)],
    ['iso-offset', 'Table with a header', days(JANUARY)],
    ['yyyymmdd', 'Table with a header', days(JANUARY)],
    ['yahoo', 'Yahoo Finance', days(JANUARY)],
    ['tradingview', 'TradingView', days(JANUARY)],
    ['binance-klines', 'Binance klines', days(JANUARY)],
    ['metatrader-4', 'MetaTrader 4', days(JANUARY)],
    ['metatrader-5', 'MetaTrader 5', days(JANUARY)],
    ['histdata', 'HistData (its zone: Etc/GMT+5)', days(JANUARY)],
    ['dukascopy', 'Dukascopy', days(JANUARY)],
    ['barchart', 'Barchart', days(WEEK).reverse()],
    ['alpha-vantage', 'Alpha Vantage', days(JANUARY).reverse()],
    ['cryptodatadownload', 'CryptoDataDownload', days(JANUARY).reverse()],
    [
      'cryptodatadownload-hourly',
      'CryptoDataDownload',
      days(['2024-01-02T00:00', '2024-01-02T01:00', '2024-01-02T02:00']).reverse(),
    ],
    ['coinbase', 'Coinbase', days(JANUARY).reverse()],
    ['unnamed-time', 'Table with a header', days(JANUARY)],
    ['header-without-time', 'Table with a header', days(JANUARY)],
    ['header-one-short', 'Table with a header', days(JANUARY)],
    ['month-names', 'Table with a header', days(WEEK)],
    [
      'us-minutes',
      'Table with a header',
      days(['2024-01-16T09:30', '2024-01-16T09:31', '2024-01-16T09:32']),
    ],
    ['yfinance', 'Table with a header', days(JANUARY)],
    ['nasdaq', 'Table with a header', days(WEEK).reverse()],
    ['stooq', 'MetaTrader 5', days(['2024-01-02T09:30', '2024-01-02T09:35', '2024-01-02T09:40'])],
    [
      'decimal-comma',
      'Table with a header',
      [
        ['2024-01-02T00:00', 1000.5, 2000, 1000, 1750.25, 1000],
        ['2024-01-03T00:00', 1750.25, 3000, 1500, 2500, 2000],
        ['2024-01-04T00:00', 2500, 2750, 2000, 2250, 3000],
      ],
    ],
    [
      'investing',
      'Table with a header',
      [
        ['2024-01-18T00:00', 2500, 2750, 2000, 2250, 1300],
        ['2024-01-17T00:00', 1750, 3000, 1500, 2500, 20e6],
        ['2024-01-16T00:00', 1500, 2000, 1000, 1750, null],
      ],
    ],
  ])('%s', (file, format, candles) => {
    const text = fixture(file);
    const detected = detect(text)!;
    expect(detected.format).toBe(format);
    expect(detected.questions).toEqual([]);
    const { candles: found, issues } = read(text, detected.mapping);
    expect(found).toEqual(candles);
    expect(issues.errors).toBe(0);
  });
});

describe('detect', () => {
  it('asks whether the day or the month comes first when the file leaves it open', () => {
    const { questions, mapping } = detect(fixture('day-or-month'))!;
    expect(questions).toEqual([
      { field: 'timeFormat', text: expect.stringContaining('1/5/2024'), options: ['mdy', 'dmy'] },
    ]);
    // Neighbouring days are likelier than the fifth, sixth and seventh month's first.
    expect(mapping.timeFormat).toBe('mdy');
  });

  it('knows which comes first from one day above 12', () => {
    const text = fixture('day-or-month');
    expect(detect(`${text}1/13/2024,1,2,1,2\n`)).toMatchObject({
      mapping: { timeFormat: 'mdy' },
      questions: [],
    });
    expect(detect(`${text}13/1/2024,1,2,1,2\n`)).toMatchObject({
      mapping: { timeFormat: 'dmy' },
      questions: [],
    });
  });

  it.each([
    ['prose', 'Dear all,\nthe meeting, as agreed, is on Friday.\n'],
    ['numbers without a time', 'open,high,low,close\n1,2,0,1\n'],
    ['nothing', ''],
  ])('recognises no candles in %s', (_, text) => {
    expect(detect(text)).toBeNull();
  });

  it('reads back what was written, whatever the layout', () => {
    fc.assert(
      fc.property(layouts, ({ text, candles }) => {
        const detected = detect(text);
        expect(detected, text).not.toBeNull();
        const { candles: found, issues } = read(text, detected!.mapping);
        expect(issues.list(), text).toEqual([]);
        expect(found, text).toEqual(candles);
      }),
      { numRuns: 500 },
    );
  });
});

const pad = (n: number) => String(n).padStart(2, '0');
const parts = (time: number) => {
  const date = new Date(time * 1000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  return { year, month, day, clock };
};
/** Ways to write a time; each has a day above 12 in the rows, so that none is ambiguous. */
const WRITERS: Record<string, (time: number) => string> = {
  seconds: (time) => String(time),
  milliseconds: (time) => `${time}000`,
  iso: (time) => new Date(time * 1000).toISOString(),
  offset: (time) => new Date((time + 7_200) * 1000).toISOString().replace('Z', '+02:00'),
  plain: (time) => new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' '),
  compact: (time) => {
    const { year, month, day, clock } = parts(time);
    return `${year}${pad(month)}${pad(day)} ${clock.replace(':', '')}00`;
  },
  dots: (time) => {
    const { year, month, day, clock } = parts(time);
    return `${pad(day)}.${pad(month)}.${year} ${clock}:00.000`;
  },
  american: (time) => {
    const { year, month, day, clock } = parts(time);
    return `${month}/${day}/${year} ${clock}`;
  },
  named: (time) => {
    const { year, month, day, clock } = parts(time);
    return `${day}-${['Jan', 'Feb', 'Mar'][month - 1]}-${String(year).slice(2)} ${clock}`;
  },
};
const ROLES = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

const layouts = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    point: fc.constantFrom('.', ','),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
    header: fc.constantFrom('lower', 'UPPER', 'none'),
    writer: fc.constantFrom(...Object.keys(WRITERS)),
    newline: fc.constantFrom('\n', '\r\n'),
    quoted: fc.boolean(),
    junk: fc.boolean(),
    newestFirst: fc.boolean(),
    step: fc.constantFrom(60, 3_600, 86_400),
    // In cents, with room between them, so that headerless columns can be told apart.
    rows: fc.array(
      fc.record({
        low: fc.integer({ min: 100_000, max: 900_000 }),
        body: fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 })),
        volume: fc.integer({ min: 0, max: 10 ** 7 }),
      }),
      { minLength: 3, maxLength: 20 },
    ),
  })
  .map((given) => {
    const { delimiter, header, junk, quoted } = given;
    // A comma as decimal sign between commas has to be quoted, as every program does.
    const point = delimiter === ',' && !quoted ? '.' : given.point;
    // Without names only the usual order is one that can be known.
    const order = header === 'none' ? [0, 1, 2, 3, 4, 5] : given.order;
    // 2024-01-13: no reading takes thirteen for a month.
    const start = Date.UTC(2024, 0, 13) / 1000;
    const candles = given.rows.map(({ low, body, volume }, i): Candle => {
      const price = (cents: number) => cents / 100;
      const high = low + 1_000;
      const time = start + i * given.step;
      const written = new Date(time * 1000).toISOString().slice(0, 16);
      return [written, price(low + body[0]), price(high), price(low), price(low + body[1]), volume];
    });
    if (given.newestFirst) candles.reverse();
    const write = (cell: string) => (quoted ? `"${cell}"` : cell);
    const lines = candles.map(([written, ...numbers]) => {
      const time = WRITERS[given.writer]!(Date.parse(`${written}Z`) / 1000);
      const prices = numbers.map((value) => String(value).replace('.', point));
      const cells = [time, ...prices];
      return order.map((column) => write(cells[column]!)).join(delimiter);
    });
    if (header !== 'none') {
      const names = order.map((column) => ROLES[column]!);
      const cased = header === 'UPPER' ? names.map((name) => name.toUpperCase()) : names;
      lines.unshift(cased.map(write).join(delimiter));
      if (junk) lines.unshift('https://example.com/data');
    }
    return { text: lines.join(given.newline) + given.newline, candles };
  });
