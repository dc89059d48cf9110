import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { importFile } from '@/server/candles/import/import-file';
import { CACHE } from '../runtime/root';
import { backupDatabase } from './backup-database';
import { connectAlone } from './connection';
import { type Fingerprint, takeFingerprint } from './fingerprint';
import { restoreDatabase } from './restore-database';

export type Database = Awaited<ReturnType<typeof testDatabase>>;

/** Registers a folder of the test file's own, whose databases end with each test. */
export function backupTests() {
  const open: Database[] = [];
  let folder = '';
  let source: { database: Database; file: string; written: Fingerprint } | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candle annotator bäckup '));
    await writeFile(join(folder, 'days.csv'), days(500));
  });
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
  });
  afterAll(async () => {
    await source?.database.close();
    await rm(folder, { recursive: true });
  });

  const newFile = () => join(folder, `${randomUUID()}.dump`);
  const fill = async (made: Database) => {
    await importFile({ url: made.url, path: join(folder, 'days.csv') });
    await run(made.url, ONE_OF_EACH);
    return made;
  };
  const database = async () => {
    const made = await testDatabase();
    open.push(made);
    return made;
  };
  return {
    newFile,
    database,
    /** One row at least in every table that people or the ML service fill. */
    filled: async () => await fill(await database()),
    /** A file of its own with the backup of such a database, and what that holds. */
    async backedUp() {
      if (!source) {
        const [made, file] = [await fill(await testDatabase()), newFile()];
        source = { database: made, file, written: await backup(made.url, file) };
      }
      const file = newFile();
      await copyFile(source.file, file);
      return { file, written: source.written, url: source.database.url };
    },
  };
}

export const backup = (url: string, file: string) =>
  backupDatabase({ url, file, dataDir: CACHE, say: () => {} });

export const restore = (url: string, file: string, { overwrite = false } = {}) =>
  restoreDatabase({ url, file, overwrite, dataDir: CACHE, say: () => {} });

export async function run(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return await sql.unsafe(text).finally(() => sql.end());
}

export async function contents(url: string): Promise<Fingerprint> {
  const sql = connectAlone(url);
  return await takeFingerprint(sql).finally(() => sql.end());
}

/** Keys, rules, indexes, owners, rights and what new tables will have. */
export async function catalog(url: string): Promise<unknown[]> {
  const parts = await Promise.all([
    run(
      url,
      `select c.relname, c.relkind, c.relacl::text, c.relowner::regrole::text as owner,
         case c.relkind when 'i' then pg_get_indexdef(c.oid) end as index,
         (select array_agg(pg_get_constraintdef(oid) order by conname) from pg_constraint
           where conrelid = c.oid and convalidated) as constraints
       from pg_class c where c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
       order by 1`,
    ),
    run(
      url,
      `select nspname, nspowner::regrole::text as owner, nspacl::text from pg_namespace
       where nspname in ('public', 'drizzle') order by 1`,
    ),
    run(url, `select defaclobjtype, defaclacl::text from pg_default_acl order by 1`),
  ]);
  return parts.flat();
}

/** A database without tables on the same server, of a user who may do nothing else. */
export async function emptyDatabaseOf(user: string, beside: Database) {
  const name = `owned_${randomUUID().replaceAll('-', '')}`;
  const owner = `${user} ${name.slice(-6)}`;
  const admin = postgres(beside.url, { max: 1, onnotice: () => {} });
  await admin`create role ${admin(owner)} login password 'p@ss/wörd'`;
  await admin`create database ${admin(name)} owner ${admin(owner)}`;
  await admin.end();
  const url = new URL(beside.url);
  Object.assign(url, { username: encodeURIComponent(owner), pathname: `/${name}` });
  url.password = encodeURIComponent('p@ss/wörd');
  return { url: url.href, owner };
}

const ONE_OF_EACH = `
insert into span_annotations (uid, chart_id, start_time, end_time, label, notes, sub_spans, rev)
  select gen_random_uuid(), 1, '2020-01-01', '2020-02-01', 'Bullish "Engulfing"',
    E'tab\\t, line\\n, \\\\. and 漲 ' || n, '[{"name": "pole", "at": 1e-300}]', n
  from generate_series(1, 50) n;
insert into annotations (uid, chart_id, time, label_type, rev)
  values (gen_random_uuid(), 1, '2020-03-01 00:00:00.123456', 'break_up', 1);
insert into revisions (chart_id, rev, uid, entity, op, actor)
  values (1, 1, gen_random_uuid(), 'span', 'create', 'local');
insert into training_runs (status, params, model) values ('succeeded', '{"seed": 1}', '\\x00ff');
insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
  values (1, 1, '2020-01-01', '2020-01-02', 'bull_flag', 0.1 + 0.2::float8)`;

function days(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    return `${day},${1 / 3 + i},${2 + i},0.1,${1.5 + i},${i % 7 ? i : ''}`;
  });
  return ['time,open,high,low,close,volume', ...rows, ''].join('\n');
}
