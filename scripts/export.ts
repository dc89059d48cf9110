import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type ExportInput, exportFormat, exportInput, MAX_CONTEXT } from '@/contract/exports';
import { connect, type Db } from '@/lib/db';
import { errorReason } from '@/lib/error-reason';
import { AppError } from '@/server/errors';
import { findChartsByName } from '@/server/exports/data';
import { exportCharts, type FilePart } from '@/server/exports/export-charts';
import { databaseUrl } from './runtime/database-url';

const USAGE = `Usage: npm run export -- --format FORMAT --chart NAME… | --all [--context N] FILE

Writes charts to a file, or to the standard output when FILE is -.

  --format FORMAT   points-csv    annotations, one a line
                    spans-json    spans
                    windowed-csv  the candles of each span, with context
                    bio-csv       every candle with its label: B-…, I-… or O
                    parquet       every candle with its labels, for pandas, DuckDB and others
  --chart NAME      a chart; may be given more than once
  --all             all charts
  --context N       candles before and after each span, 0 to ${MAX_CONTEXT.toLocaleString('en')}; else 20

All times in it are UTC. npm run import:labels reads every one of these files.
Exit code: 0 the file is whole, 1 there is none.`;

type Target = { file: string; input: Omit<ExportInput, 'chartIds'>; names: string[] | null };

const target = readArguments();
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

try {
  const { db, close } = connect(await databaseUrl());
  try {
    await write(db, target);
  } finally {
    await close();
  }
} catch (error) {
  if (interrupted.signal.aborted) fail('The export was cancelled. There is no file.');
  // Whoever reads from a pipe may have had enough.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1);
  fail(errorReason(error));
}

function readArguments(): Target {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        chart: { type: 'string', multiple: true },
        all: { type: 'boolean', default: false },
        context: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const format = exportFormat.safeParse(values.format);
    if (!format.success) throw new Error(`--format is one of ${exportFormat.options.join(', ')}.`);
    const context = exportInput.shape.context.safeParse(
      values.context === undefined ? undefined : Number(values.context),
    );
    if (!context.success) throw new Error(`--context is a number from 0 to ${MAX_CONTEXT}.`);
    if (values.all === Boolean(values.chart))
      throw new Error('Name charts with --chart, or --all.');
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error('Name one file to write, or -.');
    const input = { format: format.data, context: context.data };
    return { file, input, names: values.chart ?? null };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function fail(error: unknown): never {
  console.error(String(error));
  process.exit(1);
}

async function write(db: Db, { file, input, names }: Target) {
  const { signal } = interrupted;
  const chartIds = names && (await idsOf(db, names));
  const parts = exportCharts(db, { ...input, chartIds });
  if (file === '-') {
    await pipeline(contents(parts), process.stdout, { signal, end: false });
    return;
  }
  // npm runs scripts in the project's folder, whichever one it was called in.
  const path = resolve(process.env.INIT_CWD ?? '', file);
  const unfinished = `${path}.unfinished`;
  try {
    await pipeline(contents(parts, true), createWriteStream(unfinished), { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function* contents(parts: AsyncIterable<FilePart>, report = false) {
  let rows = 0;
  for await (const part of parts) {
    rows = part.rows;
    if (report && process.stderr.isTTY) {
      process.stderr.write(`\r${count(rows)} of ${count(part.totalRows)} rows\x1b[K`);
    }
    yield part.data;
  }
  if (report)
    console.error(process.stderr.isTTY ? `\r${count(rows)} rows\x1b[K` : `${count(rows)} rows`);
}

function count(value: number): string {
  return value.toLocaleString('en');
}

async function idsOf(db: Db, names: string[]): Promise<number[]> {
  const charts = await findChartsByName(db, names);
  const missing = names.find((name) => !charts.some((chart) => chart.name === name));
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no chart “${missing}”.`);
  return charts.map(({ id }) => id);
}
