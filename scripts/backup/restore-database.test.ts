import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { databaseUrl } from '@/lib/db/testing';
import { testDatabaseAdminUrl } from '@/lib/env';
import { backup, backupTests, catalog, contents, emptyDatabaseOf, restore, run } from './testing';

const { newFile, database, filled, backedUp } = backupTests();

test('into an empty database gives back every row, key and right', async () => {
  const { file, written, url: from } = await backedUp();
  const { url } = await database();
  await restore(url, file);
  expect(await contents(url)).toEqual(written);
  expect(await catalog(url)).toEqual(await catalog(from));
});

test('leaves new rows their numbers, and roles what they may', async () => {
  const { file } = await backedUp();
  const { url } = await database();
  await restore(url, file);
  const [row] = await run(url, `insert into charts (name) values ('new') returning id`);
  expect(row?.id).toBe(2);
  await run(url, `set role reader; select count(*) from candles`);
  await run(url, `set role ml; insert into training_runs (params) values ('{}')`);
  const written = run(url, `set role ml; delete from candles`);
  await expect(written).rejects.toThrow('permission denied');
});

test('into a database without tables, by a user of another name', async () => {
  const { file, written } = await backedUp();
  const { url, owner } = await emptyDatabaseOf('Somebody "else"', await database());
  await restore(url, file);
  expect(await contents(url)).toEqual(written);
  const owners = await run(
    url,
    `select distinct tableowner as name from pg_tables where schemaname in ('public', 'drizzle')`,
  );
  expect(owners.map(({ name }) => name)).toEqual([owner]);
});

describe('over what is there', () => {
  test('is refused, names it, and changes nothing', async () => {
    const { file } = await backedUp();
    const { url } = await filled();
    const before = await contents(url);
    await expect(restore(url, file)).rejects.toThrow(
      /holds data: 1 annotations, 500 candles, 1 chart members, 1 charts, .*50 span annotations, 1 training runs\. .* --overwrite/,
    );
    expect(await contents(url)).toEqual(before);
  });

  test('is refused where somebody only changed a label', async () => {
    const { file } = await backedUp();
    const { url } = await database();
    await run(url, `update span_label_types set color = '#000000' where id = 1`);
    await expect(restore(url, file)).rejects.toThrow('holds data: 1 span label types');
  });

  test('is refused where the tables are another program’s', async () => {
    const { file } = await backedUp();
    const { url } = await database();
    await run(url, 'drop schema drizzle cascade; create table theirs ()');
    await expect(restore(url, file)).rejects.toThrow('the table theirs');
  });

  test('with --overwrite puts the backup in the place of everything', async () => {
    const { file, written } = await backedUp();
    const { url } = await filled();
    await run(
      url,
      `insert into charts (name) values ('x'); create table drizzle.later (); create table later ()`,
    );
    await restore(url, file, { overwrite: true });
    expect(await contents(url)).toEqual(written);
  });

  test('gives up while somebody holds the tables, and says why', async () => {
    const { file } = await backedUp();
    const { url } = await filled();
    const before = await contents(url);
    const reader = postgres(url, { max: 1 });
    await reader.begin(async (tx) => {
      await tx`select count(*) from candles`;
      await expect(restore(url, file, { overwrite: true })).rejects.toThrow('Stop the app');
    });
    await reader.end();
    expect(await contents(url)).toEqual(before);
  });
});

test('of an older version’s backup brings it up to date', async () => {
  const older = databaseUrl(testDatabaseAdminUrl(), `older_${randomUUID().replaceAll('-', '')}`);
  const { url } = await database();
  await run(url, `create database ${new URL(older).pathname.slice(1)}`);
  await migrateAllButLast(older);
  const expected = await catalog(url);
  // The last migration may have changed nothing that the catalog tells of.
  const [all, fewer] = [await migrationsOf(url), await migrationsOf(older)];
  expect(fewer).toBe(all - 1);
  const file = newFile();
  await backup(older, file);
  await restore(url, file);
  expect(await catalog(url)).toEqual(expected);
  expect(await migrationsOf(url)).toBe(all);
});

test('of a newer version’s backup changes nothing', async () => {
  const [from, { url }] = [await database(), await filled()];
  await run(
    from.url,
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('new', 9e12)`,
  );
  const file = newFile();
  await backup(from.url, file);
  const before = await contents(url);
  await expect(restore(url, file, { overwrite: true })).rejects.toThrow('another version');
  expect(await contents(url)).toEqual(before);
});

test.each([
  [
    'a file that ends too soon',
    (file: string) => cut(file, 3000),
    /cannot be restored: .*pg_restore/,
  ],
  [
    'a broken byte in the tables',
    (file: string) => breakByte(file, 'REFERENCES public.training_runs'),
    /cannot be restored: ERROR/,
  ],
  [
    'a broken byte in the rows',
    (file: string) => breakByte(file, 0.98),
    /cannot be restored: .*pg_restore/,
  ],
  [
    'something else',
    (file: string) => writeFile(file, 'time,open\n'),
    /cannot be restored: .*pg_restore/,
  ],
  ['an empty file', (file: string) => truncate(file, 0), /is empty/],
  ['no file', (file: string) => rm(file), /cannot be read \(ENOENT\)/],
])('of %s names the file and changes nothing', async (_, spoil, message) => {
  const { file } = await backedUp();
  await spoil(file);
  const { url } = await filled();
  const before = await contents(url);
  const error: Error = await restore(url, file, { overwrite: true }).catch((error) => error);
  expect(error.message).toContain(file);
  expect(error.message).toMatch(message);
  expect(await contents(url)).toEqual(before);
});

async function cut(file: string, bytes: number) {
  const { size } = await stat(file);
  await truncate(file, size - bytes);
}

/** The byte in the middle of the first place of a text, or at a part of the way through. */
async function breakByte(file: string, where: string | number) {
  const bytes = await readFile(file);
  const at =
    typeof where === 'string'
      ? bytes.indexOf(where) + Math.floor(where.length / 2)
      : Math.floor(bytes.length * where);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(file, bytes);
}

async function migrationsOf(url: string): Promise<number> {
  const [row] = await run(url, 'select count(*)::int as n from drizzle.__drizzle_migrations');
  return row?.n;
}

async function migrateAllButLast(url: string) {
  const folder = await mkdtemp(join(tmpdir(), 'older-migrations-'));
  await cp('drizzle', folder, { recursive: true });
  const journal = join(folder, 'meta', '_journal.json');
  const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8'));
  await writeFile(journal, JSON.stringify({ ...rest, entries: entries.slice(0, -1) }));
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await migrate(drizzle(client), { migrationsFolder: folder });
  await client.end();
  await rm(folder, { recursive: true });
}
