import { basename, resolve } from 'node:path';
import { type Gaps, longestGap } from '@/contract/candles';
import type { ImportEvent } from '@/contract/uploads';
import { connect } from '@/lib/db';
import { errorReason } from '@/lib/error-reason';
import { findGaps } from '@/server/candles/data';
import { type FileImported, importFile } from '@/server/candles/import/import-file';
import { AppError } from '@/server/errors';
import { databaseUrl } from './runtime/database-url';
import { type Arguments, readArguments, USAGE } from './transfer/arguments';

const LISTED = 100;
const BAR = 30;

type Done = Extract<FileImported, { type: 'done' }>;
type Outcome =
  | Exclude<FileImported, { type: 'done' }>
  | (Done & { gaps: Gaps | null })
  | { type: 'failed'; reason: string };
type Progress = Extract<ImportEvent, { type: 'progress' }>;

const options = readOptions();
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

const outcomes: Outcome[] = [];
const url = await databaseUrl().catch(fail);
for (const file of options.files) {
  if (interrupted.signal.aborted) break;
  const outcome = await importOne(url, file);
  outcomes.push(outcome);
  if (options.json) console.log(JSON.stringify({ file, ...outcome }));
  else report(basename(file), outcome);
}
process.exitCode = exitCode();

function readOptions(): Arguments {
  try {
    const read = readArguments(process.argv.slice(2));
    if (read) return read;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function importOne(url: string, path: string): Promise<Outcome> {
  const onTerminal = process.stderr.isTTY && !options.json;
  try {
    const outcome = await importFile({
      url,
      // npm runs scripts in the project's folder, whichever one it was called in.
      path: resolve(process.env.INIT_CWD ?? '', path),
      chartName: options.chart,
      mode: options.mode,
      mapping: options.mapping,
      columns: options.columns,
      acceptGoodRows: options.acceptGoodRows,
      signal: interrupted.signal,
      onProgress: (progress) => {
        if (onTerminal) process.stderr.write(`\r${bar(progress)}\x1b[K`);
      },
    });
    return outcome.type === 'done' ? { ...outcome, gaps: await gapsOf(url, outcome) } : outcome;
  } catch (error) {
    if (!(error instanceof AppError)) {
      return { type: 'failed', reason: `${path}: ${errorReason(error)}` };
    }
    const open = error.code === 'UNPROCESSABLE_CONTENT';
    const reason = error.message + (open ? ' Say --time-format dmy or --time-format mdy.' : '');
    return { type: 'failed', reason };
  } finally {
    if (onTerminal) process.stderr.write('\r\x1b[K');
  }
}

/** Null when they cannot be read: the candles are stored all the same, and nothing may say otherwise. */
async function gapsOf(url: string, { chartId, timeframe }: Done): Promise<Gaps | null> {
  try {
    const { db, close } = connect(url);
    return await findGaps(db, { id: chartId, timeframe }).finally(close);
  } catch (error) {
    console.error(`The gaps between the candles cannot be read: ${errorReason(error)}`);
    return null;
  }
}

function bar({ bytes, totalBytes, rows, elapsedMs, phase }: Progress): string {
  const share = Math.min(bytes / totalBytes, 1);
  const full = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
  if (phase !== 'reading') return `${full} ${phase}`;
  const perSecond = Math.round((rows / elapsedMs) * 1000);
  return `${full} ${Math.floor(share * 100)} %  ${count(rows)} rows, ${count(perSecond)}/s`;
}

function report(file: string, outcome: Outcome) {
  if (outcome.type === 'failed') {
    console.error(outcome.reason);
    return;
  }
  for (const { line, severity, reason } of outcome.issues.slice(0, LISTED)) {
    console.error(`${file}:${line}: ${severity}: ${reason}`);
  }
  const more = outcome.issueCount - LISTED;
  if (more > 0) console.error(`${file}: … and ${count(more)} more`);
  if (outcome.type === 'refused') {
    console.error(`${file}: nothing was stored. --accept-good-rows stores the other rows.`);
    return;
  }
  const { changes } = outcome;
  if (changes) {
    console.log(
      `${file}: ${count(changes.added)} new, ${count(changes.replaced)} replaced, ${count(changes.identical)} as they were`,
    );
  }
  const { candles, chartName, firstTime, lastTime, gaps } = outcome;
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

function range(from: number, to: number): string {
  const minute = (time: number) => new Date(time * 1000).toISOString().slice(0, 16);
  return `${minute(from)} to ${minute(to)}`.replaceAll('T', ' ');
}

function exitCode(): number {
  const stored = outcomes.filter((outcome) => outcome.type === 'done');
  if (stored.length === 0) return 1;
  const isWhole = (outcome: Outcome) => outcome.type === 'done' && outcome.errorCount === 0;
  return stored.length === options.files.length && outcomes.every(isWhole) ? 0 : 2;
}

function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
