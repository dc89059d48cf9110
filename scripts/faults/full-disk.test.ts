import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { connect } from '@/lib/db';
import { freePort } from '@/lib/postgres/free-port';
import { callerFor } from '@/server/root';
import { startServerProcess } from '@/server/testing-process';
import { type FragileDatabase, startFragileDatabase } from './testing/database';
import { IS_LONG } from './testing/length';
import { startLoad } from './testing/load';

const ROUNDS = IS_LONG ? 5 : 1;
const SETTINGS = { max_wal_size: '32MB', min_wal_size: '32MB', checkpoint_timeout: '30s' };

test(
  'a disk that is full ends no chart: saves say so, and once there is room all is as acknowledged',
  async (context) => {
    const disk = mountSmall(context, '160m');
    const database = await startFragileDatabase(SETTINGS, disk);
    onTestFinished(() => database.close());
    const own = connect(database.url);
    const owner = callerFor({ db: own.db, actor: { id: 'local', role: 'owner' } });
    const { id: chartId } = await owner.charts.create({ name: 'Full' });
    await own.close();
    const port = await freePort();
    const server = await startServerProcess(database.url, port);
    onTestFinished(() => server.kill());
    const load = startLoad(port, chartId);
    onTestFinished(() => load.stop());

    for (let round = 0; round < ROUNDS; round += 1) {
      const begin = performance.now();
      await expect.poll(() => load.isWellSince(begin), { timeout: 60_000 }).toBe(true);
      const filled = performance.now();
      await fill(join(disk, 'ballast'));
      await database.checkpoint();
      // Room that PostgreSQL has of its own lasts a while.
      await expect
        .poll(() => load.calls.some(({ at, code }) => at > filled && code !== 'ok'), {
          timeout: 120_000,
        })
        .toBe(true);
      await rm(join(disk, 'ballast'));
      const freed = performance.now();
      await database.startIfEnded();
      await expect.poll(() => load.isWellSince(freed), { timeout: 60_000 }).toBe(true);
      const codes = load.calls.filter(({ at }) => at > filled).map(({ code }) => code);
      expect([...new Set(codes)].filter((code) => code !== 'ok')).toEqual(['SERVICE_UNAVAILABLE']);
    }
    await load.stop();
    const rows = await database.query(
      (sql) =>
        sql<
          { uid: string; rev: number }[]
        >`select uid, rev::int from span_annotations order by rev`,
    );
    const uids = new Set(rows.map(({ uid }) => uid));
    expect(load.acknowledged.filter((uid) => !uids.has(uid))).toEqual([]);
    expect(rows.map(({ rev }) => rev)).toEqual(rows.map((_, i) => i + 1));
    expect(await findCorruption(database)).toEqual([]);
  },
  ROUNDS * 240_000,
);

/** What reading every page against its checksum and every index against its table finds. */
const findCorruption = (database: FragileDatabase) =>
  database.query(async (sql) => {
    await sql`create extension if not exists amcheck`;
    const tables = await sql<{ name: string }[]>`select oid::regclass::text as name from pg_class
      where relkind = 'r' and relpersistence = 'p'`;
    const indexes = await sql<{ name: string }[]>`select c.oid::regclass::text as name
      from pg_class c join pg_am a on a.oid = c.relam and a.amname = 'btree'
      where c.relkind = 'i' and c.relpersistence = 'p'`;
    const problems: unknown[] = [];
    for (const { name } of tables) {
      problems.push(...(await sql`select * from verify_heapam(${name}::regclass)`));
    }
    for (const { name } of indexes) {
      await sql`select bt_index_check(${name}::regclass, true)`.catch((error) =>
        problems.push(error),
      );
    }
    expect([tables.length, indexes.length].every((count) => count > 50)).toBe(true);
    return problems;
  });

/** Until nothing more goes in. */
async function fill(path: string) {
  const file = await open(path, 'w');
  for (let size = 1 << 20; size >= 4_096; size /= 2) {
    try {
      for (;;) await file.writeFile(Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  await file.close();
}

/** A file system of its own, which takes root; without it the test is skipped and says so. */
function mountSmall({ skip }: TestContext, size: string): string {
  const folder = String(execFileSync('mktemp', ['-d', '/tmp/candle-annotator-full-XXXXXX'])).trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
  } catch (error) {
    execFileSync('rmdir', [folder]);
    skip(`a small file system cannot be mounted here: ${(error as Error).message}`);
  }
  onTestFinished(() => {
    execFileSync('umount', [folder]);
    execFileSync('rmdir', [folder]);
  });
  return folder;
}
