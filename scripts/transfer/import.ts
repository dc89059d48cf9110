import { basename } from 'node:path';
import { type Gaps, longestGap } from '@/contract/candles';
import { NOTATIONS } from '@/contract/time-notations';
import { type ImportEvent, LEFT_OUT } from '@/contract/uploads';
import { connect } from '@/lib/db';
import { errorReason } from '@/lib/error-reason';
import { findGaps } from '@/server/candles/data';
import { type FileImported, importFile } from '@/server/candles/import/import-file';
import { AppError } from '@/server/errors';
import { LOCAL_SCOPE } from '@/server/scope';
import { pathFromCaller } from '../cli/path';
import { bar, count, counted, createStatusLine } from '../cli/progress';
import { abortOnSignal } from '../cli/signals';
import { databaseUrl } from '../runtime/database-url';
import { databaseFolder, loadSettings } from '../runtime/settings';
import type { ImportArguments } from './import-arguments';

const LISTED = 100;
type Done = Extract<FileImported, { type: 'done' }>;
type Outcome =
  | Exclude<FileImported, { type: 'done' }>
  | (Done & { gaps: Gaps | null })
  | { type: 'failed'; reason: string };
type Progress = Extract<ImportEvent, { type: 'progress' }>;

/** Imports file after file and says what became of each; answers the exit code. */
export async function importFiles(options: ImportArguments): Promise<number> {
  const signal = abortOnSignal();
  const url = await databaseUrl();
  const outcomes: Outcome[] = [];
  // Files of one chart are one import: all of them are stored, or none.
  const jobs = options.chart === undefined ? options.files.map((file) => [file]) : [options.files];
  for (const [file = '', ...more] of jobs) {
    if (signal.aborted) break;
    const outcome = await importOne({ url, path: file, more, options, signal });
    outcomes.push(outcome);
    const files = more.length > 0 ? { files: [file, ...more] } : {};
    if (options.json) console.log(JSON.stringify({ file, ...files, ...outcome }));
    else report([file, ...more].map((path) => basename(path)).join(', '), outcome);
  }
  return exitCode(outcomes, jobs.length);
}

type Job = {
  url: string;
  path: string;
  more: string[];
  options: ImportArguments;
  signal: AbortSignal;
};

async function importOne({ url, path, more, options, signal }: Job): Promise<Outcome> {
  const status = options.json ? null : createStatusLine(process.stderr);
  try {
    const outcome = await importFile({
      url,
      databaseFolder: databaseFolder(loadSettings()),
      path: pathFromCaller(path),
      morePaths: more.map(pathFromCaller),
      chartName: options.chart,
      mode: options.mode,
      mapping: options.mapping,
      columns: options.columns,
      ohlcPolicy: options.ohlcPolicy,
      dropFlatBars: options.dropFlatBars,
      acceptGoodRows: options.acceptGoodRows,
      signal,
      onProgress: (progress) => status?.show(() => progressLine(progress)),
    });
    return outcome.type === 'done' ? { ...outcome, gaps: await gapsOf(url, outcome) } : outcome;
  } catch (error) {
    if (!(error instanceof AppError)) {
      return { type: 'failed', reason: `${path}: ${errorReason(error)}` };
    }
    return { type: 'failed', reason: error.message };
  } finally {
    status?.clear();
  }
}

/** Null when they cannot be read: the candles are stored all the same, and nothing may say otherwise. */
async function gapsOf(url: string, { chartId, timeframe }: Done): Promise<Gaps | null> {
  try {
    const { db, close } = connect(url);
    return await findGaps(db, { ...LOCAL_SCOPE, chartId }, { timeframe }).finally(close);
  } catch (error) {
    console.error(`The gaps between the candles cannot be read: ${errorReason(error)}`);
    return null;
  }
}

function progressLine({ bytes, totalBytes, rows, elapsedMs, phase }: Progress): string {
  const share = bar(bytes / totalBytes);
  if (phase !== 'reading') return `${share}  ${phase}`;
  return `${share}  ${count(rows)} rows, ${count(Math.round((rows / elapsedMs) * 1000))}/s`;
}

function report(file: string, outcome: Outcome) {
  if (outcome.type === 'failed') {
    console.error(outcome.reason);
    return;
  }
  console.log(`${file}: read as ${howRead(outcome)}`);
  for (const note of outcome.notes) console.error(`${file}: note: ${note}`);
  for (const { line, file: of, severity, reason } of outcome.issues.slice(0, LISTED)) {
    console.error(`${of ?? file}:${line}: ${severity}: ${reason}`);
  }
  const more = outcome.issueCount - LISTED;
  if (more > 0) console.error(`${file}: … and ${count(more)} more`);
  if (outcome.type === 'refused') {
    console.error(`${file}: nothing was stored. --accept-good-rows stores the other rows.`);
    return;
  }
  const { changes, flatBars, leftOut } = outcome;
  for (const { sort, lines } of leftOut) {
    console.log(`${file}: ${counted(lines, 'line')} left out: ${LEFT_OUT[sort]}`);
  }
  if (flatBars > 0 && !leftOut.some(({ sort }) => sort === 'flat')) {
    console.log(
      `${file}: ${counted(flatBars, 'flat bar')} of volume 0 kept; --drop-flat-bars leaves them out`,
    );
  }
  if (changes) {
    console.log(
      `${file}: ${count(changes.added)} new, ${count(changes.replaced)} replaced, ${count(changes.identical)} as they were`,
    );
  }
  const { candles, chartName, firstTime, lastTime, gaps, charts } = outcome;
  const other = changes && otherTimeframe(changes);
  if (other) console.error(`${file}: note: ${other}`);
  if (charts.length > 1) {
    for (const each of charts) {
      console.log(`${file}: ${counted(each.candles, 'candle')} in “${each.chartName}”`);
    }
    return;
  }
  console.log(
    `${file}: ${counted(candles, 'candle')} in “${chartName}”, ${range(firstTime, lastTime)} UTC`,
  );
  const longest = gaps && longestGap(gaps);
  if (longest) {
    const which = gaps.count === 1 ? 'from' : 'the longest';
    const { after, before } = longest;
    console.log(`${file}: ${counted(gaps.count, 'gap')}, ${which} ${range(after, before)} UTC`);
  }
}

/** Null where the file's candles are as far apart as those that were there. */
function otherTimeframe({ timeframe, chartTimeframe }: NonNullable<Done['changes']>) {
  if (timeframe === null || chartTimeframe === null || timeframe === chartTimeframe) return null;
  return `its candles are ${count(timeframe)} s apart, and those of the chart ${count(chartTimeframe)} s`;
}

/** The format and the file's own names of the columns that are taken. */
function howRead({ format, columns, mapping }: Exclude<Outcome, { type: 'failed' }>): string {
  const taken = Object.entries(columns).map(([role, name]) => `${role} “${name}”`);
  const times = `${NOTATIONS[mapping.timeFormat].name} in ${mapping.timeZone}`;
  return `${format}${taken.length > 0 ? `: ${taken.join(', ')}` : ''}; times ${times}`;
}

function range(from: number, to: number): string {
  const minute = (time: number) => new Date(time * 1000).toISOString().slice(0, 16);
  return `${minute(from)} to ${minute(to)}`.replaceAll('T', ' ');
}

function exitCode(outcomes: Outcome[], files: number): number {
  const stored = outcomes.filter((outcome) => outcome.type === 'done');
  if (stored.length === 0) return 1;
  return stored.length === files && stored.every(({ errorCount }) => errorCount === 0) ? 0 : 2;
}
