import { join } from 'node:path';
import { Failure } from '../cli/failure';
import type { Output } from '../cli/progress';
import { openChanges } from './changes';
import { explain } from './failure';
import { beginMigration } from './load/begin';
import { makePlan, type Plan } from './plan/plan';
import { countRejected, describeSource, rowCount } from './preflight';
import { createProgress, type Progress } from './progress';
import { type Report, reportFolder, writeRejects, writeReport } from './report';
import type { Snapshot } from './source/snapshot';
import { takeSnapshot } from './source/snapshot';
import { openSqlite, type SqliteFile } from './source/sqlite';
import { Target } from './target/connection';
import { describeTarget, identify } from './target/describe';
import { findExistingData, refuseExistingData } from './target/existing-data';
import { acquireLock } from './target/lock';
import { countPending, updateSchema } from './target/schema';
import { findMigration, type Migration, refuseOther, setPhase } from './target/state';
import { transferAndVerify } from './transfer';

export type Options = {
  path: string;
  url: string;
  dryRun: boolean;
  acceptRejects: boolean;
  /** Where the report goes, under the given name unless the user says otherwise. */
  reportFolder: (name: string) => string;
  yes: boolean;
  out: Output;
  /** Asks a person; null where nobody can answer. */
  confirm: ((question: string) => Promise<boolean>) | null;
  /** Stops it where it is, as a kill would, but tidily. */
  signal?: AbortSignal;
};

/** 0: everything moved. 2: moved, with rows in migration_rejects. Anything else throws. */
export async function migrateSqlite(options: Options): Promise<0 | 2> {
  const log = (text: string) => void options.out.write(`${text}\n`);
  const progress = createProgress(options.out);
  log(`Copying ${options.path} to work on; the file itself is only read.`);
  const snapshot = await takeSnapshot(options.path, options.yes);
  progress.lap('copy');
  let file: SqliteFile | undefined;
  let target: Target | undefined;
  let plan: Plan | undefined;
  try {
    file = openSqlite(snapshot.copy);
    target = await Target.open(options.url, options.dryRun);
    options.signal?.addEventListener('abort', target.break);
    options.signal?.throwIfAborted();
    await acquireLock(target, log);
    const found = await findMigration(target);
    refuseOther(found, snapshot.hash);
    if (found?.phase === 'done') return logDone(found, log, await rejectsOf(target, found));
    plan = makePlan(file, snapshot, found?.startedAt ?? unixNow());
    progress.lap('profile');
    await preflight(options, snapshot, plan, target, found);
    progress.lap('ask');
    return await migrate(options, { snapshot, plan, target, found, progress });
  } catch (error) {
    if (options.signal?.aborted) throw new Failure(STOPPED);
    throw explain(error);
  } finally {
    plan?.candles.duplicates?.close();
    file?.close();
    await target?.close();
    await snapshot.remove();
  }
}

const STOPPED = 'Stopped. The same command goes on from here.';
const unixNow = () => Math.floor(Date.now() / 1000);

function logDone(found: Migration, log: (text: string) => void, rejected: number): 0 | 2 {
  const when = new Date((found.finishedAt ?? 0) * 1000)
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ');
  log(`This file has been moved and verified already (${when} UTC). Nothing was changed.`);
  return rejected > 0 ? 2 : 0;
}

async function rejectsOf(target: Target, { hash }: Migration): Promise<number> {
  const { n } = await target.one<{ n: number }>(
    'select count(*)::float8 as n from migration_rejects where source_hash = $1',
    [hash],
  );
  return n;
}

/** Says what there is, and stops where a person has to decide first. Writes nothing. */
async function preflight(
  options: Options,
  snapshot: Snapshot,
  plan: Plan,
  target: Target,
  migration: Migration | null,
) {
  const existingData = await findExistingData(target);
  const state = { migration, existingData, pending: await countPending(target) };
  const lines = describeSource(snapshot, plan);
  lines.push('', ...describeTarget(await identify(target), state));
  options.out.write(`${lines.join('\n')}\n`);
  if (!migration) refuseExistingData(existingData);
  const rejected = countRejected(plan);
  if (rejected > 0 && !options.acceptRejects && !migration?.acceptsRejects) {
    throw new Failure(
      `${rowCount(rejected)} cannot be moved; the reasons are above. Nothing was written. Mend them in the file, or add --accept-rejects to move the others and keep these in migration_rejects.`,
    );
  }
  if (options.dryRun || options.yes) return;
  if (!options.confirm) {
    throw new Failure('Nobody is there to confirm it. Add --yes to go on without asking.');
  }
  const goOn = await options.confirm('The old app has stopped, and the rows above may go there?');
  if (!goOn) throw new Failure('Nothing was written.');
}

type Job = {
  snapshot: Snapshot;
  plan: Plan;
  target: Target;
  found: Migration | null;
  progress: Progress;
};

async function migrate(options: Options, job: Job): Promise<0 | 2> {
  const { snapshot, plan, target, found, progress } = job;
  if (!(await snapshot.looksUnchanged())) {
    throw new Failure(`${options.path} is being written to. Stop the old app and start again.`);
  }
  const folder = await reportFolder(options.reportFolder(`migration-${plan.hash.slice(0, 12)}`));
  await target.beginDryRun();
  await updateSchema(target);
  const request = { path: options.path, acceptsRejects: options.acceptRejects };
  const migration = found ?? (await beginMigration(target, plan, request));
  const changes = openChanges(join(folder, 'changes.ndjson'));
  const transferred = await transferAndVerify(target, job, migration, progress, changes);
  progress.lap('the rest');
  const { unchanged: wasUnchanged, ...verdict } = transferred;
  const unchanged = wasUnchanged && (await snapshot.looksUnchanged());
  verdict.checks.push({
    name: 'source',
    passed: unchanged,
    text: 'the SQLite file is byte for byte as it was',
    details: unchanged
      ? []
      : ['the old app has written to it: stop it, empty the database and move the file again'],
  });
  const passed = verdict.checks.every((check) => check.passed);
  const report: Report = {
    result: passed ? 'PASS' : 'FAIL',
    dryRun: options.dryRun,
    source: { files: snapshot.files, hash: plan.hash, release: plan.shape.release, unchanged },
    target: await identify(target),
    startedAt: new Date(plan.startedAt * 1000).toISOString(),
    finishedAt: new Date().toISOString(),
    seconds: progress.laps,
    memory: process.resourceUsage().maxRSS * 1024,
    changes: await changes.close(),
    ...verdict,
  };
  if (verdict.rejected > 0) await writeRejects(target, plan.hash, folder);
  if (passed && !options.dryRun) await finish(target, report);
  if (options.dryRun) await target.run('rollback');
  await writeReport(folder, report);
  sayReport(options, report, folder);
  if (!passed) throw failed(report, folder);
  return verdict.rejected > 0 ? 2 : 0;
}

function failed({ checks }: Report, folder: string) {
  const wrong = checks.filter((check) => !check.passed).flatMap((check) => check.details);
  return new Failure(
    `The migration failed its verification:\n  ${wrong.join('\n  ')}\nThe report is in ${folder}/report.txt.`,
  );
}

async function finish(target: Target, report: Report) {
  await target.makeDurable();
  await target.transaction(async () => {
    await setPhase(target, report.source.hash, 'done');
    await target.run(
      'update sqlite_migrations set finished_at = now(), report = $2 where source_hash = $1',
      [report.source.hash, JSON.stringify(report)],
    );
  });
}

function sayReport(options: Options, report: Report, folder: string) {
  const { checks, result, rejected, dryRun } = report;
  const lines = checks.map(({ passed, text }) => `  ${passed ? '✓' : '✗'} ${text}`);
  const kept = rejected > 0 ? `, ${rowCount(rejected)} in migration_rejects` : '';
  const dry = dryRun ? ' (dry run: nothing was kept)' : '';
  lines.push('', `${result}${kept}${dry}. The report is in ${folder}/report.txt.`);
  options.out.write(`${lines.join('\n')}\n`);
}
