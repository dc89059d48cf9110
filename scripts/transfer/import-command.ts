import type * as z from 'zod';
import {
  type ColumnRole,
  calendar,
  columnRole,
  type Instruments,
  type Mapping,
  mappingSchema,
  ohlcPolicy,
  timeFormat,
} from '@/contract/uploads';
import { defineCommand, UsageError, type Values } from '../cli/command';
import type { ImportArguments } from './import-arguments';

const USAGE = `Usage: npm run import -- FILE… [options]

Stores each file as a chart, or with --chart all of them as one, in order of their times.
CSV and its relatives, JSON, Parquet and Excel, as they are or in gzip or zip.

  --chart NAME         the chart's name; the file's own when left out
  --append             add the candles after the last one of the chart, which must be there
  --merge              put them in place in the chart; they replace its candles of the same times
  --accept-good-rows   leave out bad rows; otherwise one of them refuses its file
  --json               one line of JSON a file

How a file is read is detected. What is said here is not:

  --map ROLE=COLUMN,…  what columns are taken for, by their names in the header or their numbers
                       from 1: time (or date and time-of-day), open, high, low, close,
                       volume, symbol
  --timezone ZONE      zone of times without an offset, such as America/New_York; else UTC
  --time-format FORMAT ${timeFormat.options.slice(0, 9).join(', ')},
                       ${timeFormat.options.slice(9).join(', ')}
                       (dmy: 1/2/2024 is the first of February; mdy: the second of January)
  --calendar NAME      ${calendar.options.join(', ')}
  --time-of-day NAME   hh, hhmm or hhmmss, of times of day without colons
  --delimiter NAME     comma, semicolon, tab, bar or blank
  --decimal-comma      prices are written 1,25
  --decimal-point      prices are written 1.25; 1.000 is one, not a thousand
  --price-divisor N    what prices are divided by, such as 1e9
  --skip-lines N       lines above the first row of data
  --table NAME         which file of a zip or sheet of a workbook, where several are tables

Of a file with several instruments:

  --only COLUMN=NAME   the rows of one; COLUMN may be left out where it is detected
  --split-by COLUMN    a chart each, named after it
  --one-chart          all in one chart, as a company that changed its symbol

Of rows that are odd:

  --ohlc POLICY        open or close outside of low to high: ${ohlcPolicy.options.join(', ')}
  --drop-flat-bars     leave out bars of one price and volume 0

Exit code: 0 all rows are stored, 2 some are, 1 none is.`;

const ROLES = columnRole.exclude(['ignore']);
const DELIMITERS: Record<string, Mapping['delimiter']> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  bar: '|',
  blank: ' ',
};

const OPTIONS = {
  chart: { type: 'string' },
  append: { type: 'boolean' },
  merge: { type: 'boolean' },
  map: { type: 'string' },
  timezone: { type: 'string' },
  'time-format': { type: 'string' },
  delimiter: { type: 'string' },
  'decimal-comma': { type: 'boolean' },
  'decimal-point': { type: 'boolean' },
  'skip-lines': { type: 'string' },
  calendar: { type: 'string' },
  'price-divisor': { type: 'string' },
  'time-of-day': { type: 'string' },
  table: { type: 'string' },
  only: { type: 'string' },
  'split-by': { type: 'string' },
  'one-chart': { type: 'boolean' },
  ohlc: { type: 'string' },
  'drop-flat-bars': { type: 'boolean' },
  'accept-good-rows': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const importCommand = defineCommand({
  usage: USAGE,
  options: OPTIONS,
  operands: { atLeast: 1, atMost: Number.POSITIVE_INFINITY, expected: 'Name a file to import.' },
  async run(values, files) {
    const read = readImport(values, files);
    return await (await import('./import')).importFiles(read);
  },
});

function readImport(values: Values<typeof OPTIONS>, files: string[]): ImportArguments {
  const { chart, append, merge, json } = values;
  if (append && merge) throw new UsageError('--append and --merge exclude each other.');
  if ((append || merge) && chart === undefined) {
    throw new UsageError('--append and --merge need --chart NAME.');
  }
  return {
    files,
    chart,
    mode: append ? 'append' : merge ? 'merge' : 'new',
    mapping: readMapping(values),
    columns: readAllColumns(values),
    ohlcPolicy: oneOf(ohlcPolicy, 'ohlc', values.ohlc) ?? 'keep',
    dropFlatBars: values['drop-flat-bars'],
    acceptGoodRows: values['accept-good-rows'],
    json,
  };
}

function readMapping(values: Values<typeof OPTIONS>): Partial<Mapping> {
  const mapping: Partial<Mapping> = {};
  if (values.timezone !== undefined) mapping.timeZone = values.timezone;
  if (values['decimal-comma']) mapping.decimalComma = true;
  if (values['decimal-point']) mapping.decimalComma = false;
  if (values['time-format'] !== undefined) {
    mapping.timeFormat = oneOf(timeFormat, 'time-format', values['time-format'])!;
  }
  const told = oneOf(calendar, 'calendar', values.calendar);
  if (told) mapping.calendar = told;
  const width = values['time-of-day'];
  if (width !== undefined) {
    const digits = { hh: 2, hhmm: 4, hhmmss: 6 } as const;
    if (!Object.hasOwn(digits, width)) {
      throw new UsageError('--time-of-day is hh, hhmm or hhmmss.');
    }
    mapping.timeOfDayDigits = digits[width as keyof typeof digits];
  }
  if (values.table !== undefined) mapping.table = values.table;
  const instruments = readInstruments(values);
  if (instruments) mapping.instruments = instruments;
  if (values['price-divisor'] !== undefined) {
    const divisor = mappingSchema.shape.priceDivisor.safeParse(Number(values['price-divisor']));
    if (!divisor.success) throw new UsageError('--price-divisor is a number from 1 to 1e12.');
    mapping.priceDivisor = divisor.data;
  }
  if (values.delimiter !== undefined) {
    const delimiter = DELIMITERS[values.delimiter];
    if (!delimiter) throw new UsageError(`--delimiter is ${listed(Object.keys(DELIMITERS))}.`);
    mapping.delimiter = delimiter;
  }
  if (values['skip-lines'] !== undefined) {
    const lines = mappingSchema.shape.skipLines.safeParse(Number(values['skip-lines']));
    if (!lines.success) throw new UsageError('--skip-lines is a number from 0 to 100.');
    mapping.skipLines = lines.data;
  }
  return mapping;
}

function oneOf<T extends string>(
  options: z.ZodEnum<{ [Name in T]: Name }>,
  name: string,
  value: string | undefined,
): T | undefined {
  if (value === undefined) return undefined;
  const found = options.options.find((option) => option === value);
  if (found === undefined) throw new UsageError(`--${name} is ${listed(options.options)}.`);
  return found as T;
}

function readInstruments(values: Values<typeof OPTIONS>): Instruments | undefined {
  const said = [values.only, values['split-by'], values['one-chart'] || undefined];
  if (said.filter((value) => value !== undefined).length > 1) {
    throw new UsageError('--only, --split-by and --one-chart exclude each other.');
  }
  if (values.only !== undefined) return { only: onlyOf(values.only).name };
  if (values['split-by'] !== undefined) return 'each';
  return values['one-chart'] ? 'all' : undefined;
}

/** `Name=AAPL`, or `AAPL` alone. */
function onlyOf(text: string): { column: string | undefined; name: string } {
  const [, column, name] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  return name === undefined ? { column: undefined, name: text } : { column, name };
}

/** Those of --map, and the column of the instruments. */
function readAllColumns(values: Values<typeof OPTIONS>): Map<ColumnRole, string> | undefined {
  const columns = values.map === undefined ? new Map() : readColumns(values.map);
  const only = values.only === undefined ? undefined : onlyOf(values.only).column;
  const symbol = only ?? values['split-by'];
  if (symbol !== undefined) columns.set('symbol', symbol);
  return columns.size > 0 ? columns : undefined;
}

/** `time=Date,open=2` */
function readColumns(text: string): Map<ColumnRole, string> {
  const columns = new Map<ColumnRole, string>();
  for (const pair of text.split(',')) {
    const [, name = '', column = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const role = ROLES.safeParse(name);
    if (!role.success || column === '') {
      const roles = listed(ROLES.options);
      throw new UsageError(`--map takes pairs such as time=Date, and “${pair}” is none: ${roles}.`);
    }
    if (columns.has(role.data)) throw new UsageError(`--map names ${role.data} twice.`);
    columns.set(role.data, column);
  }
  return columns;
}

const listed = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
