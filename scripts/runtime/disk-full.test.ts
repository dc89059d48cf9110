import { existsSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { migrateDatabase } from '@/lib/db/migrate';
import { mountSmallDisk, type SmallDisk } from '@/lib/postgres/testing-small-disk';
import { importFile } from '@/server/candles/import/import-file';
import { type EmbeddedDatabase, startDatabase } from './database';
import { writeDurably } from './durable-file';
import { acquireLockFile, readLockFile } from './lock-file';
import { ensureToken, tokenFile } from './token';

let folder: string;
let dataDir: string;
let disk: SmallDisk;
let database: EmbeddedDatabase | undefined;
const said = vi.fn();
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said(String(text));
    return true;
  });
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-full-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'data');
  disk = await mountSmallDisk(dataDir, '400m');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database?.cluster.stop('immediate');
  disk.unmount();
  await rm(folder, { recursive: true });
});

async function run(text: string) {
  const sql = postgres(database!.url('app'), { max: 1, onnotice: () => {} });
  return await sql.unsafe(text).finally(() => sql.end());
}
const free = async () => {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize;
};
/** Somebody else's file, which leaves so many bytes. */
async function fill(left: number) {
  const file = await open(join(dataDir, 'filler'), 'a');
  const block = Buffer.alloc(2 ** 20);
  try {
    while ((await free()) > left + block.length) await file.write(block);
    if (left === 0) await file.write(Buffer.alloc(await free()));
  } finally {
    await file.close();
  }
}

test('PostgreSQL starts again on a disk that is full, by its reserve, which is made anew', async () => {
  database = await startDatabase(dataDir);
  await migrateDatabase(database.url('app'));
  await run(`insert into charts (name) values ('kept')`);
  const reserve = join(dataDir, 'reserve');
  expect(existsSync(reserve)).toBe(true);
  await database.cluster.stop('immediate');

  await fill(0);
  expect(await free()).toBe(0);
  database = await startDatabase(dataDir);
  expect(said).toHaveBeenCalledWith(
    expect.stringMatching(/the disk of .* was full: its reserve was given up .*Free some space/),
  );
  expect(existsSync(reserve)).toBe(false);
  expect(await run('select name from charts')).toEqual([{ name: 'kept' }]);
  await run(`insert into charts (name) values ('while it is nearly full')`);
  await database.cluster.stop();

  await rm(join(dataDir, 'filler'));
  database = await startDatabase(dataDir);
  expect(existsSync(reserve)).toBe(true);
  expect(await run('select count(*)::int as n from charts')).toEqual([{ n: 2 }]);
});

test('without its reserve it does not, so that this is what helps', async () => {
  database = await startDatabase(dataDir);
  await database.cluster.stop('immediate');
  await rm(join(dataDir, 'reserve'));
  await fill(0);
  await expect(startDatabase(dataDir)).rejects.toThrow(/PostgreSQL did not start|ENOSPC/);
});

test('what else is written there stays whole, and everything can still be stopped', async () => {
  const lock = await acquireLockFile(join(dataDir, 'running.json'), 'before');
  if ('heldBy' in lock) throw new Error('it is new');
  const token = await readFile(await ensureToken(dataDir), 'utf8');
  await fill(0);
  const warned = vi.spyOn(console, 'warn').mockReturnValue();
  lock.update('now');
  expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/running\.json .*ENOSPC/));
  expect(await readLockFile(join(dataDir, 'running.json'))).toBe('before');
  await expect(writeDurably(tokenFile(dataDir), 'x'.repeat(10_000))).rejects.toThrow('ENOSPC');
  expect(await readFile(tokenFile(dataDir), 'utf8')).toBe(token);
  await lock.release();
});

test('an import that the disk has no room for is refused before it begins', async () => {
  database = await startDatabase(dataDir);
  await migrateDatabase(database.url('app'));
  const path = join(folder, 'prices.csv');
  const rows = Array.from(
    { length: 200_000 },
    (_, i) => `${1_577_836_800 + i * 60},1.25,2.5,0.75,1.5\n`,
  );
  await writeFile(path, `time,open,high,low,close\n${rows.join('')}`);
  const job = { url: database.url('app'), databaseFolder: join(dataDir, 'postgres'), path };
  await fill(30e6);
  await expect(importFile(job)).rejects.toThrow(
    /^prices\.csv needs about \d+ MB on the disk of the database, and \d+ MB are free\. Nothing was changed/,
  );
  expect(await run('select from charts')).toHaveLength(0);
  await rm(join(dataDir, 'filler'));
  expect(await importFile(job)).toMatchObject({ type: 'done', candles: 200_000 });
});
