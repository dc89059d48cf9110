import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportEvent, Mapping } from '@/contract/candles';
import { type FileImported, importFile } from '@/server/candles/import/import-file';
import { AppError } from '@/server/errors';
import { databaseUrl } from './database-url';

const USAGE = `Usage: npm run import -- FILE… [options]

Stores each file as a chart. CSV and its relatives, as they are or in gzip or zip.

  --chart NAME         the chart's name; the file's own when left out
  --append             add the candles after the last one of the chart, which must be there
  --merge              put them in place in the chart; they replace its candles of the same times
  --timezone ZONE      zone of times without an offset, such as America/New_York; else UTC
  --dates dmy|mdy      whether 1/2/2024 is the first of February or the second of January
  --accept-good-rows   leave out bad rows; otherwise one of them refuses its file
  --json               one line of JSON a file

Exit code: 0 all rows are stored, 2 some are, 1 none is.`;
const LISTED = 100;
const BAR = 30;

type Outcome = FileImported | { type: 'failed'; reason: string };
type Progress = Extract<ImportEvent, { type: 'progress' }>;

const { values: options, positionals: files } = readArguments();
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

const outcomes: Outcome[] = [];
const url = await databaseUrl().catch(fail);
for (const file of files) {
  if (interrupted.signal.aborted) break;
  const outcome = await importOne(url, file);
  outcomes.push(outcome);
  if (options.json) console.log(JSON.stringify({ file, ...outcome }));
  else report(basename(file), outcome);
}
process.exitCode = exitCode();

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        chart: { type: 'string' },
        timezone: { type: 'string' },
        append: { type: 'boolean', default: false },
        merge: { type: 'boolean', default: false },
        dates: { type: 'string' },
        'accept-good-rows': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { values, positionals } = parsed;
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (positionals.length === 0) throw new Error('Name a file to import.');
    if (values.chart !== undefined && positionals.length > 1) {
      throw new Error('--chart names one chart: import the files one by one.');
    }
    if (values.append && values.merge) throw new Error('--append and --merge exclude each other.');
    if ((values.append || values.merge) && values.chart === undefined) {
      throw new Error('--append and --merge need --chart NAME.');
    }
    if (values.dates !== undefined && values.dates !== 'dmy' && values.dates !== 'mdy') {
      throw new Error('--dates is dmy or mdy.');
    }
    return parsed;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function importOne(url: string, path: string): Promise<Outcome> {
  const mapping: Partial<Mapping> = {};
  if (options.timezone !== undefined) mapping.timeZone = options.timezone;
  if (options.dates !== undefined) mapping.timeFormat = options.dates as 'dmy' | 'mdy';
  const onTerminal = process.stderr.isTTY && !options.json;
  try {
    return await importFile({
      url,
      // npm runs scripts in the project's folder, whichever one it was called in.
      path: resolve(process.env.INIT_CWD ?? '', path),
      chartName: options.chart,
      mode: options.append ? 'append' : options.merge ? 'merge' : 'new',
      mapping,
      acceptGoodRows: options['accept-good-rows'],
      signal: interrupted.signal,
      onProgress: (progress) => {
        if (onTerminal) process.stderr.write(`\r${bar(progress)}\x1b[K`);
      },
    });
  } catch (error) {
    if (!(error instanceof AppError)) return { type: 'failed', reason: `${path}: ${error}` };
    const open = error.code === 'UNPROCESSABLE_CONTENT';
    const reason = error.message + (open ? ' Say --dates dmy or --dates mdy.' : '');
    return { type: 'failed', reason };
  } finally {
    if (onTerminal) process.stderr.write('\r\x1b[K');
  }
}

function bar({ bytes, totalBytes, rows, elapsedMs, phase }: Progress): string {
  const share = Math.min(bytes / totalBytes, 1);
  const full = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
  const perSecond = Math.round((rows / elapsedMs) * 1000);
  return `${full} ${Math.floor(share * 100)} %  ${count(rows)} rows, ${count(perSecond)}/s, ${phase}`;
}

function report(file: string, outcome: Outcome) {
  if (outcome.type === 'failed') {
    console.error(outcome.reason);
    return;
  }
  for (const { line, severity, reason } of outcome.problems.slice(0, LISTED)) {
    console.error(`${file}:${line}: ${severity}: ${reason}`);
  }
  const more = outcome.problemCount - LISTED;
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
  const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ');
  console.log(
    `${file}: ${count(outcome.candles)} candles in “${outcome.chartName}”, ${day(outcome.firstTime)} to ${day(outcome.lastTime)} UTC`,
  );
}

function exitCode(): number {
  const stored = outcomes.filter((outcome) => outcome.type === 'done');
  if (stored.length === 0) return 1;
  const isWhole = (outcome: Outcome) =>
    outcome.type === 'done' && outcome.problems.every(({ severity }) => severity === 'warning');
  return stored.length === files.length && outcomes.every(isWhole) ? 0 : 2;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
