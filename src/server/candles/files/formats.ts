import type { ColumnRole, TimeFormat } from '@/contract/uploads';
import { foldAccents } from './months';

/** What is known of a file when it gets its name. */
type Seen = {
  fileName: string;
  preamble: string[];
  /** Lower case, without accents; empty where there is no header. */
  names: string[];
  /** The names as they are written. */
  header: string[];
  delimiter: string;
  width: number;
  timeFormat: TimeFormat;
  /** The date and the time of day have a column each. */
  isSplit: boolean;
  /** Cells of the first row. */
  first: string[];
};

export type Format = {
  name: string;
  /** The beginning of such a file: tests read it, the documentation shows its first line. */
  example: string[];
  sentence: string;
  matches(seen: Seen): boolean;
  /** What its columns are, where no header says it. */
  columns?: readonly ColumnRole[];
};

const prices = ['open', 'high', 'low', 'close'] as const;
const has = ({ names }: Seen, ...wanted: string[]) => wanted.every((name) => names.includes(name));
const startsWith = ({ names }: Seen, ...wanted: string[]) =>
  wanted.every((name, i) => names[i] === name);

/** Vendors whose files are known; the first that matches gives its name. */
export const FORMATS: Format[] = [
  {
    name: 'CryptoDataDownload',
    example: [
      'https://www.CryptoDataDownload.com',
      'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
      '1704153600000,2024-01-02 00:00:00,BTC/USD,1.5,2,1,1.75,10,15',
    ],
    sentence: 'Hourly files that write 09-AM as well.',
    matches: ({ preamble }) => preamble.some((line) => /cryptodatadownload/i.test(line)),
  },
  {
    name: 'Yahoo Finance',
    example: ['Date,Open,High,Low,Close,Adj Close,Volume', '2024-01-02,1.5,2,1,1.75,1.7,10'],
    sentence: 'Close is taken, not Adj Close. Rows of null are left out, and so are dividends.',
    matches: (seen) => has(seen, 'adj close'),
  },
  {
    name: 'yfinance',
    example: [
      'Price,Close,High,Low,Open,Volume',
      'Ticker,SPY,SPY,SPY,SPY,SPY',
      'Date,,,,,',
      '2024-01-02,1.75,2,1,1.5,10',
    ],
    sentence: 'With one ticker it is the chart’s symbol; with several you are asked for one.',
    matches: (seen) => startsWith(seen, 'price', 'close', 'high', 'low', 'open'),
  },
  {
    name: 'Investing.com',
    example: [
      '"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"',
      '"02.01.2024","1,75","1,50","2,00","1,00","1,20M","0,47%"',
    ],
    sentence: 'In any of its languages that the table of words has.',
    matches: ({ names, width }) =>
      width === 7 && /^vol/.test(names[5] ?? '') && /%/.test(names[6] ?? ''),
  },
  {
    name: 'Stooq',
    example: [
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>',
      'AAPL.US,D,20240102,000000,1.5,2,1,1.75,10,0',
    ],
    sentence: '',
    matches: (seen) => has(seen, '<ticker>', '<openint>'),
  },
  {
    name: 'Finam',
    example: [
      '<TICKER>;<PER>;<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>',
      'SBER;60;15/01/24;10:00;1.5;2;1;1.75;10',
    ],
    sentence: 'Times of day without zeros in front, too.',
    matches: (seen) => has(seen, '<ticker>', '<per>', '<date>'),
  },
  {
    name: 'MetaTrader 5',
    example: [
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
      '2024.01.02\t00:00:00\t1.5\t2\t1\t1.75\t10\t0\t3',
    ],
    sentence: 'The tick volume where the other is zero. Times are of the broker’s zone.',
    matches: (seen) => has(seen, '<open>', '<tickvol>'),
  },
  {
    name: 'Dukascopy',
    example: ['Gmt time,Open,High,Low,Close,Volume', '02.01.2024 00:00:00.000,1.5,2,1,1.75,10'],
    sentence: 'Weekends are flat bars of volume 0: they can be left out.',
    matches: (seen) => has(seen, 'gmt time') || has(seen, 'local time'),
  },
  {
    name: 'Barchart',
    example: ['Time,Open,High,Low,Last,Change,%Chg,Volume', '01/16/2024,1.5,2,1,1.75,0.1,1%,10'],
    sentence: 'With the line at its end that says where it is from.',
    matches: (seen) => has(seen, 'change') && (has(seen, 'last') || has(seen, 'latest')),
  },
  {
    name: 'Coinbase',
    example: ['time,low,high,open,close,volume', '1704153600,1,2,1.5,1.75,10'],
    sentence: '',
    matches: (seen) => startsWith(seen, 'time', 'low', 'high', 'open', 'close'),
  },
  {
    name: 'Binance klines',
    example: [
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore',
      '1704153600000,1.5,2,1,1.75,10,1704239999999,15,5,5,7,0',
    ],
    sentence: 'With a header or without, in milliseconds or microseconds.',
    matches: (seen) => startsWith(seen, 'open_time', 'open', 'high', 'low', 'close'),
  },
  {
    name: 'Binance klines',
    example: ['1704153600000,1.5,2,1,1.75,10,1704239999999,15,5,5,7,0'],
    sentence: '',
    matches: ({ names, width, timeFormat }) =>
      names.length === 0 && width === 12 && timeFormat.startsWith('unix'),
    columns: ['time', ...prices, 'volume', ...Array.from({ length: 6 }, () => 'ignore' as const)],
  },
  {
    name: 'Alpha Vantage',
    example: ['timestamp,open,high,low,close,volume', '2024-01-02,1.5,2,1,1.75,10'],
    sentence: '',
    matches: (seen) =>
      startsWith(seen, 'timestamp', ...prices) && !seen.timeFormat.startsWith('unix'),
  },
  {
    name: 'TradingView',
    example: ['time,open,high,low,close,Volume', '1704153600,1.5,2,1,1.75,10'],
    sentence: 'Whatever plots stand beside the prices.',
    matches: (seen) =>
      seen.header.join().startsWith('time,open,high,low,close') && seen.header.includes('Volume'),
  },
  {
    name: 'HistData',
    example: ['20240102 000000;1.5;2;1;1.75;0', '20240102 000100;1.75;2;1;1.5;0'],
    sentence: 'By its name, DAT_ASCII_…: its times are of Etc/GMT+5, five hours behind UTC.',
    matches: ({ fileName, delimiter, first }) =>
      /DAT_ASCII_/i.test(fileName) && delimiter === ';' && first.at(-1) === '0',
    columns: ['time', ...prices, 'volume'],
  },
  {
    name: 'NinjaTrader',
    example: ['20240102 000000;1.5;2;1;1.75;10', '20240102 000100;1.75;2;1;1.5;10'],
    sentence: 'Times are in UTC.',
    matches: ({ names, delimiter, width, timeFormat }) =>
      names.length === 0 && delimiter === ';' && width === 6 && timeFormat === 'yyyymmdd',
    columns: ['time', ...prices, 'volume'],
  },
  {
    name: 'MetaTrader 4',
    example: ['2024.01.02,00:00,1.5,2,1,1.75,10', '2024.01.02,00:01,1.75,2,1,1.5,10'],
    sentence: 'Times are of the broker’s zone.',
    matches: ({ names, width, timeFormat, isSplit }) =>
      names.length === 0 && width === 7 && timeFormat === 'ymd' && isSplit,
    columns: ['date', 'time-of-day', ...prices, 'volume'],
  },
  {
    name: 'Kibot',
    example: ['01/16/2024,09:30,1.5,2,1,1.75,10', '01/16/2024,09:31,1.75,2,1,1.5,10'],
    sentence: 'Of bid and ask, side by side, bid is taken.',
    matches: ({ names, width, timeFormat, isSplit }) =>
      names.length === 0 && width === 7 && timeFormat === 'mdy' && isSplit,
    columns: ['date', 'time-of-day', ...prices, 'volume'],
  },
];

/** Tables that nobody's name is on. */
export const GENERIC = { withHeader: 'Table with a header', without: 'Table without a header' };

export const plainNames = (header: string[] | null) =>
  (header ?? []).map((name) => foldAccents(name).trim());

/** The vendor's format that a file is in, if it is a known one. */
export const formatOf = (seen: Seen): Format | null =>
  FORMATS.find((format) => format.matches(seen)) ?? null;
