import { exportFormat, exportInput, isCsv, MAX_CONTEXT } from '@/contract/exports';
import { defineCommand, UsageError, type Values } from '../cli/command';
import type { ExportArguments } from './export';

const USAGE = `Usage: npm run export -- --format FORMAT --chart NAME… | --all [--context N] [--timezone ZONE] FILE

Writes charts to a file, or to the standard output when FILE is -.

  --format FORMAT   points-csv    annotations, one a line
                    spans-json    spans
                    windowed-csv  the candles of each span, with context
                    bio-csv       every candle with its label: B-…, I-… or O
                    parquet       every candle with its labels, for pandas, DuckDB and others
  --chart NAME      a chart; may be given more than once
  --all             all charts
  --context N       candles before and after each span, 0 to ${MAX_CONTEXT.toLocaleString('en')}; else 20
  --timezone ZONE   of the times in a CSV file, such as America/New_York, each with its offset

Times are UTC unless you name a zone. npm run import:labels reads every one of these files.
Exit code: 0 the file is whole, 1 there is none.`;

const OPTIONS = {
  format: { type: 'string' },
  chart: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  context: { type: 'string' },
  timezone: { type: 'string' },
} as const;

export const exportCommand = defineCommand({
  usage: USAGE,
  options: OPTIONS,
  operands: { atLeast: 1, atMost: 1, expected: 'Name one file to write, or -.' },
  async run(values, [file = '']) {
    const read = readExport(values, file);
    await (await import('./export')).exportToFile(read);
  },
});

function readExport(values: Values<typeof OPTIONS>, file: string): ExportArguments {
  const format = exportFormat.safeParse(values.format);
  if (!format.success) {
    throw new UsageError(`--format is one of ${exportFormat.options.join(', ')}.`);
  }
  const context = exportInput.shape.context.safeParse(
    values.context === undefined ? undefined : Number(values.context),
  );
  if (!context.success) throw new UsageError(`--context is a number from 0 to ${MAX_CONTEXT}.`);
  const zone = exportInput.shape.zone.safeParse(values.timezone);
  if (!zone.success) {
    throw new UsageError(
      `--timezone, “${values.timezone}”, is not the name of a time zone, such as America/New_York.`,
    );
  }
  if (values.timezone !== undefined && !isCsv(format.data)) {
    throw new UsageError(`--timezone is for CSV; ${format.data} is UTC.`);
  }
  if (values.all === Boolean(values.chart)) {
    throw new UsageError('Name charts with --chart, or --all.');
  }
  const input = { format: format.data, context: context.data, zone: zone.data };
  return { file, input, names: values.chart ?? null };
}
