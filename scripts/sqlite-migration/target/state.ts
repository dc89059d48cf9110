import { Failure } from '../../cli/failure';
import type { Rowid } from '../source/cell';
import type { TableName } from '../source/shape';
import type { Target } from './connection';

export type Phase = 'loading' | 'building' | 'verifying' | 'done';
/** A constraint or an index, with what makes it anew. */
export type Key = { table: string; name: string; type: 'p' | 'u' | 'f' | 'i'; definition: string };
export type Migration = {
  hash: string;
  path: string;
  phase: Phase;
  acceptsRejects: boolean;
  keys: Key[];
  /** Unix seconds. */
  startedAt: number;
  finishedAt: number | null;
};

/** What stands in the database about moves, whether or not its schema is the newest. */
export async function findMigration(target: Target): Promise<Migration | null> {
  const { there } = await target.one<{ there: boolean }>(
    "select to_regclass('sqlite_migrations') is not null as there",
  );
  if (!there) return null;
  const [found] = await target.rows<Migration>(
    `select source_hash as hash, source_path as path, phase, accepts_rejects as "acceptsRejects",
       keys, floor(extract(epoch from started_at))::float8 as "startedAt",
       floor(extract(epoch from finished_at))::float8 as "finishedAt"
     from sqlite_migrations order by started_at limit 1`,
  );
  return found ?? null;
}

export async function setPhase(target: Target, hash: string, phase: Phase): Promise<void> {
  await target.run('update sqlite_migrations set phase = $2 where source_hash = $1', [hash, phase]);
}

export type Checkpoint = { last: Rowid; read: number };

/** What a checkpoint is of: a table of the file, or the log of what was moved from it. */
export type Step = TableName | 'log of annotations' | 'log of span_annotations';

export async function findCheckpoint(
  target: Target,
  hash: string,
  step: Step,
): Promise<Checkpoint | null> {
  const [found] = await target.rows<{ last: string; read: number }>(
    `select last_rowid::text as last, rows_read::float8 as read from sqlite_migration_checkpoints
     where source_hash = $1 and source_table = $2`,
    [hash, step],
  );
  if (!found) return null;
  const last = Number(found.last);
  return { last: Number.isSafeInteger(last) ? last : BigInt(found.last), read: found.read };
}

export async function writeCheckpoint(
  target: Target,
  hash: string,
  step: Step,
  { last, read }: Checkpoint,
): Promise<void> {
  await target.run(
    `insert into sqlite_migration_checkpoints (source_hash, source_table, last_rowid, rows_read)
     values ($1, $2, $3, $4)
     on conflict (source_hash, source_table)
     do update set last_rowid = excluded.last_rowid, rows_read = excluded.rows_read`,
    [hash, step, String(last), read],
  );
}

/** A database takes one file: refuses when it is taken by another one. */
export function refuseOther(found: Migration | null, hash: string): void {
  if (!found || found.hash === hash) return;
  const when = new Date(found.startedAt * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const state = found.phase === 'done' ? 'holds' : 'is being filled from';
  throw new Failure(
    `This database ${state} another SQLite file: ${found.path}, begun ${when} UTC, SHA-256 ${found.hash.slice(0, 12)}…. Files are not mixed. Make an empty database and set DATABASE_URL to it; if it is the same file, the old app has written to it since.`,
  );
}
