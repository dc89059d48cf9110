import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectAlone } from './connection';
import { backup, backupTests, contents, emptyDatabaseOf, restore, run } from './testing';

const { newFile, database, filled, backedUp } = backupTests();

test('tells the rows of every table, and is for its owner alone', async () => {
  const { file, url, written } = await backedUp();
  expect(written).toEqual(await contents(url));
  const rows = Object.fromEntries([...written].map(([name, table]) => [name, table.rows]));
  expect(rows).toMatchObject({
    'public.candles': 500,
    'public.span_annotations': 50,
    'public.training_runs': 1,
    'public.predictions': 1,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('sees one moment, whoever writes meanwhile', async () => {
  const { url } = await filled();
  const stop = new AbortController();
  let writes = 0;
  const writing = (async () => {
    for (; !stop.signal.aborted; writes++) {
      await run(
        url,
        `insert into charts (name) values (gen_random_uuid()::text);
         update span_annotations set notes = gen_random_uuid()::text where id % 5 = 0`,
      );
    }
  })();
  // Fails if what it reads and what it writes differ by a single row.
  await backup(url, newFile()).finally(() => stop.abort());
  await writing;
  expect(writes).toBeGreaterThan(5);
});

test.each([
  [
    'rows that come back otherwise',
    `create function odd() returns float8 language sql immutable as 'select random()';
     alter table annotations add odd float8 generated always as (odd()) stored`,
    'public.annotations: its 1 rows are not the same',
  ],
  [
    'a table that pg_dump passes over',
    'create table odd (n int); alter extension plpgsql add table odd',
    'public.odd: the table is only in the database',
  ],
])('of %s leaves neither a file nor a database', async (_, spoil, message) => {
  const { url } = await filled();
  await run(url, spoil);
  const file = newFile();
  await expect(backup(url, file)).rejects.toThrow(message);
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  const left = await run(
    url,
    `select datname from pg_database
     where datname = 'candle_annotator_check_' ||
       (select oid from pg_database where datname = current_database())`,
  );
  expect([...left]).toEqual([]);
});

test('never replaces a file', async () => {
  const file = newFile();
  await writeFile(file, 'mine');
  await expect(backup((await database()).url, file)).rejects.toThrow('is there already');
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('says where it cannot be written', async () => {
  const file = join(newFile(), 'no such folder', 'x.dump');
  await expect(backup((await database()).url, file)).rejects.toThrow('cannot be written (ENOENT)');
});

test('waits for no other one', async () => {
  const { url } = await database();
  const other = connectAlone(url);
  await other`select pg_advisory_lock(7203119)`;
  const file = newFile();
  await expect(backup(url, file)).rejects.toThrow('is under way');
  await other.end();
  expect(existsSync(`${file}.part`)).toBe(false);
});

test('is proven on a server of its own for a user who may make no database', async () => {
  const { file } = await backedUp();
  const { url } = await emptyDatabaseOf('Just an owner', await database());
  await restore(url, file);
  expect(await backup(url, newFile())).toEqual(await contents(url));
  const left = (await readdir(tmpdir())).filter((name) =>
    name.startsWith(`candle-annotator-check-${process.pid}-`),
  );
  expect(left).toEqual([]);
});
