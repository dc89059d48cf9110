import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportInput } from '@/contract/exports';
import { connect, type Db } from '@/lib/db';
import { AppError } from '@/server/errors';
import { findChartsByName } from '@/server/exports/data';
import { exportCharts, type FilePart } from '@/server/exports/export-charts';
import { LOCAL_SCOPE } from '@/server/scope';
import { Failure } from '../cli/failure';
import { pathFromCaller } from '../cli/path';
import { bar, count, counted, createStatusLine } from '../cli/progress';
import { abortOnSignal } from '../cli/signals';
import { databaseUrl } from '../runtime/database-url';

export type ExportArguments = {
  /** `-` is the standard output. */
  file: string;
  input: Omit<ExportInput, 'chartIds'>;
  /** Charts by name; null for all. */
  names: string[] | null;
};

/** Writes charts to a file, whole or not at all, or to the standard output. */
export async function exportToFile(target: ExportArguments): Promise<void> {
  const signal = abortOnSignal();
  const { db, close } = connect(await databaseUrl());
  try {
    await write(db, target, signal);
  } catch (error) {
    if (signal.aborted) throw new Failure('The export was cancelled. There is no file.');
    // Whoever reads from a pipe may have had enough.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1);
    throw error;
  } finally {
    await close();
  }
}

async function write(db: Db, { file, input, names }: ExportArguments, signal: AbortSignal) {
  const chartIds = names && (await idsOf(db, names));
  const parts = exportCharts(db, LOCAL_SCOPE, { ...input, chartIds });
  if (file === '-') {
    await pipeline(contents(parts), process.stdout, { signal, end: false });
    return;
  }
  const path = pathFromCaller(file);
  const unfinished = `${path}.unfinished`;
  try {
    await pipeline(contents(parts, true), createWriteStream(unfinished), { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Failure(`There is no folder ${dirname(path)}.`);
    }
    throw error;
  }
}

async function* contents(parts: AsyncIterable<FilePart>, report = false) {
  const status = report ? createStatusLine(process.stderr) : null;
  let rows = 0;
  for await (const part of parts) {
    rows = part.rows;
    status?.show(() => progressLine(part));
    yield part.data;
  }
  status?.print(counted(rows, 'row'));
}

function progressLine({ rows, totalRows }: FilePart): string {
  return `${bar(totalRows > 0 ? rows / totalRows : 1)}  ${count(rows)} of ${count(totalRows)} rows`;
}

async function idsOf(db: Db, names: string[]): Promise<number[]> {
  const charts = await findChartsByName(db, LOCAL_SCOPE, names);
  const missing = names.find((name) => !charts.some((chart) => chart.name === name));
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no chart “${missing}”.`);
  return charts.map(({ id }) => id);
}
