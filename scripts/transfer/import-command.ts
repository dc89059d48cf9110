import {
  type ColumnRole,
  columnRole,
  type Mapping,
  mappingSchema,
  timeFormat,
} from '@/contract/uploads';
import { defineCommand, UsageError, type Values } from '../cli/command';
import type { ImportArguments } from './import';

const USAGE = `Usage: npm run import -- FILE… [options]

Stores each file as a chart. CSV and its relatives, as they are or in gzip or zip.

  --chart NAME         the chart's name; the file's own when left out
  --append             add the candles after the last one of the chart, which must be there
  --merge              put them in place in the chart; they replace its candles of the same times
  --accept-good-rows   leave out bad rows; otherwise one of them refuses its file
  --json               one line of JSON a file

How a file is read is detected. What is said here is not:

  --map ROLE=COLUMN,…  what columns are taken for, by their names in the header or their numbers
                       from 1: time (or date and clock), open, high, low, close, volume
  --timezone ZONE      zone of times without an offset, such as America/New_York; else UTC
  --time-format FORMAT ${timeFormat.options.join(', ')}
                       (dmy: 1/2/2024 is the first of February; mdy: the second of January)
  --delimiter NAME     comma, semicolon, tab or bar
  --decimal-comma      prices are written 1,25
  --skip-lines N       lines above the first row of data

Exit code: 0 all rows are stored, 2 some are, 1 none is.`;

const ROLES = columnRole.exclude(['ignore']);
const DELIMITERS: Record<string, Mapping['delimiter']> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  bar: '|',
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
  'skip-lines': { type: 'string' },
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
  const { chart, append, merge, json, map } = values;
  if (chart !== undefined && files.length > 1) {
    throw new UsageError('--chart names one chart: import the files one by one.');
  }
  if (append && merge) throw new UsageError('--append and --merge exclude each other.');
  if ((append || merge) && chart === undefined) {
    throw new UsageError('--append and --merge need --chart NAME.');
  }
  return {
    files,
    chart,
    mode: append ? 'append' : merge ? 'merge' : 'new',
    mapping: readMapping(values),
    columns: map === undefined ? undefined : readColumns(map),
    acceptGoodRows: values['accept-good-rows'],
    json,
  };
}

function readMapping(values: Values<typeof OPTIONS>): Partial<Mapping> {
  const mapping: Partial<Mapping> = {};
  if (values.timezone !== undefined) mapping.timeZone = values.timezone;
  if (values['decimal-comma']) mapping.decimalComma = true;
  if (values['time-format'] !== undefined) {
    const format = timeFormat.safeParse(values['time-format']);
    if (!format.success) throw new UsageError(`--time-format is ${listed(timeFormat.options)}.`);
    mapping.timeFormat = format.data;
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
