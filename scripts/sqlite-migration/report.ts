import { constants } from 'node:fs';
import { access, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@/lib/make-folder';
import { Failure } from '../cli/failure';
import { duration } from '../cli/progress';
import type { Tally } from './plan/tally';
import { describeOutcome, number } from './preflight';
import type { TableName } from './source/shape';
import type { SourceFile } from './source/snapshot';
import type { Target } from './target/connection';
import type { Identity } from './target/describe';
import type { Check } from './verify/check';

export type Report = {
  result: 'PASS' | 'FAIL';
  dryRun: boolean;
  source: { files: SourceFile[]; hash: string; release: string; unchanged: boolean };
  target: Identity;
  startedAt: string;
  finishedAt: string;
  /** By what was done, in this run. */
  seconds: Record<string, number>;
  /** Bytes that the process held at most. */
  memory: number;
  tables: Partial<Record<TableName, Tally>>;
  /** Values that the new columns cannot hold, in changes.ndjson. */
  changes: number;
  rejected: number;
  checks: Check[];
};

/** Writes DIR/report.txt and DIR/report.json. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, 'report.txt'), `${describeReport(report, folder).join('\n')}\n`);
}

/** The folder, made and proven to be one that can be written to. */
export async function reportFolder(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    return folder;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Failure(
      `The report cannot be written to ${folder} (${code}). Name another folder with --report.`,
      { cause },
    );
  }
}

export function describeReport(report: Report, folder: string): string[] {
  const { source, target, checks } = report;
  const lines = [
    `Move of a SQLite file into PostgreSQL${report.dryRun ? ' (dry run: nothing was kept)' : ''}`,
    '',
    `Begun     ${report.startedAt}`,
    `Ended     ${report.finishedAt}`,
    `Took      ${describeSeconds(report.seconds)}`,
    `Memory    ${Math.ceil(report.memory / 2 ** 20)} MB at most`,
    ...source.files.map(({ path, sha256 }) => `From      ${path}\n          SHA-256 ${sha256}`),
    `          release ${source.release}`,
    `Into      ${target.database} at ${target.server}, as ${target.user}; PostgreSQL ${target.version}`,
    '',
    `${'table'.padEnd(18)}${['read', 'stored', 'rejected'].map((name) => name.padStart(14)).join('')}`,
  ];
  for (const [table, tally] of Object.entries(report.tables)) {
    const { read, stored, rejected } = tally;
    const numbers = [read, stored, rejected].map((n) => number(n).padStart(14));
    lines.push(`${table.padEnd(18)}${numbers.join('')}`, ...describeOutcome(tally));
  }
  lines.push('');
  if (report.rejected > 0) {
    lines.push(
      `Rejected rows are in the table migration_rejects and in ${join(folder, 'rejects.ndjson')}.`,
    );
  }
  if (report.changes > 0) {
    lines.push(
      `${number(report.changes)} values that the new columns cannot hold are in ${join(folder, 'changes.ndjson')}.`,
    );
  }
  for (const { passed, text, details } of checks) {
    lines.push(`${passed ? '✓' : '✗'} ${text}`, ...details.map((detail) => `    ${detail}`));
  }
  lines.push('', ...describeWayBack(report), '', report.result);
  return lines;
}

function describeSeconds(seconds: Report['seconds']): string {
  const total = Object.values(seconds).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries(seconds).map(([what, each]) => `${what} ${duration(each)}`);
  return `${duration(total)}: ${parts.join(', ')}`;
}

function describeWayBack({ source, target }: Report): string[] {
  const [file] = source.files;
  return [
    'The way back: nothing was written to the SQLite file. To return to the old app, start it with',
    `${file?.path} as before. To move once more from the beginning, empty the`,
    `database (dropdb ${target.database} && createdb ${target.database}, or remove the built-in one's data folder) and run`,
    'the same command again.',
  ];
}

/** Everything in migration_rejects for this file, one JSON object a line. */
export async function writeRejects(target: Target, hash: string, folder: string): Promise<void> {
  const file = await open(join(folder, 'rejects.ndjson'), 'w');
  try {
    let last = '0';
    for (;;) {
      const rows = await target.rows<{ last: string; line: string }>(
        `select id::text as last, jsonb_build_object('table', source_table, 'rowid', source_rowid,
           'reason', reason, 'row', row, 'raw', encode(raw, 'hex'))::text as line
         from migration_rejects where source_hash = $1 and id > $2 order by id limit 1000`,
        [hash, last],
      );
      if (rows.length === 0) return;
      await file.appendFile(rows.map((row) => `${row.line}\n`).join(''));
      last = rows.at(-1)?.last ?? last;
    }
  } finally {
    await file.close();
  }
}
