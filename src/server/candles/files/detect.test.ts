import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '@/contract/uploads';
import { detect as detectSample } from './detect';
import { FORMATS } from './formats';
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

const detect = (text: string, fileName = 'prices.csv') =>
  detectSample({ text, more: [], isComplete: true }, fileName);

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
    ['histdata', 'NinjaTrader', days(JANUARY)],
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
    ['yfinance', 'yfinance', days(JANUARY)],
    ['nasdaq', 'Table with a header', days(WEEK).reverse()],
    ['stooq', 'Stooq', days(['2024-01-02T09:30', '2024-01-02T09:35', '2024-01-02T09:40'])],
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
      'Investing.com',
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

describe('a format', () => {
  it.each(FORMATS.map((format, i) => [format.name, i] as const))(
    '%s is read as its own example',
    (_, i) => {
      const { name, example } = FORMATS[i]!;
      const fileName = name === 'HistData' ? 'DAT_ASCII_EURUSD_M1_202401.csv' : 'prices.csv';
      const text = `${example.join('\n')}\n`;
      const detected = detect(text, fileName)!;
      expect(detected.format).toBe(name);
      const { candles, issues } = read(text, { ...detected.mapping, instruments: 'all' });
      expect(issues.errors).toBe(0);
      expect(candles[0]?.slice(1, 5)).toEqual([1.5, 2, 1, 1.75]);
    },
  );
});

describe('detect', () => {
  it('asks whether the day or the month comes first when the file leaves it open', () => {
    const { questions, mapping } = detect(fixture('day-or-month'))!;
    expect(questions).toMatchObject([
      {
        field: 'timeFormat',
        text: expect.stringContaining('1/5/2024'),
        answers: [{ option: '--time-format mdy' }, { option: '--time-format dmy' }],
        assumed: null,
      },
    ]);
    // Neighbouring days are likelier than the fifth, sixth and seventh month's first.
    expect(mapping.timeFormat).toBe('mdy');
  });

  it('asks what the point of a volume is where whole prices do not tell', () => {
    const file = (...volumes: string[]) =>
      volumes.map((volume, day) => `2024-01-1${day},10,12,9,11,${volume}`).join('\n');
    const header = 'Date,Open,High,Low,Close,Volume\n';
    expect(detect(`${header}${file('1.000', '0', '2.500')}\n`)).toMatchObject({
      questions: [
        {
          field: 'decimalComma',
          answers: [{ option: '--decimal-comma' }, { option: '--decimal-point' }],
        },
      ],
    });
    for (const [volumes, decimalComma] of [
      [['1.000', '1.234.000'], true],
      [['1.000', '2.5'], false],
      [['1000', '500'], false],
    ] as const) {
      expect(detect(`${header}${file(...volumes)}\n`)).toMatchObject({
        mapping: { decimalComma },
        questions: [],
      });
    }
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
    ['nothing', ''],
  ])('recognises no candles in %s', (_, text) => {
    expect(detect(text)).toBeNull();
  });
});
