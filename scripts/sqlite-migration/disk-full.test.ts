import { chown, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCluster } from '@/lib/postgres/cluster';
import { mountSmallDisk } from '@/lib/postgres/testing-small-disk';
import { postgresOwner } from '@/lib/postgres/unprivileged';
import { buildFile, START } from './testing/build';
import { startCommand } from './testing/command';
import { testMigration } from './testing/migration';

const CANDLES = 200_000;

let folder: string;
let path: string;
let before: Buffer;
/** What has to be put away before the folder, the last one first. */
const atEnd: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-full-'));
  path = buildFile(join(folder, 'candles.db'), 'R5', ({ add, sql }) => {
    add('charts', { id: 1, name: 'EURUSD', created_at: START });
    sql(`with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${CANDLES})
      insert into candles (chart_id, time, open, high, low, close)
      select 1, ${START} + i * 60, 1.1, 1.3, 1, 1.2 from n`);
  });
  before = await readFile(path);
});
afterEach(async () => {
  // Whatever happened, the file is as it was and nothing was put beside it.
  expect(before.equals(await readFile(path))).toBe(true);
  expect((await readdir(folder)).filter((name) => /^candles\.db./.test(name))).toEqual([]);
  for (const putAway of atEnd.splice(0).reverse()) await putAway();
  await rm(folder, { recursive: true });
});

test('no room for the private copy: a clear end, and the next run moves the file', async () => {
  const at = await testMigration();
  atEnd.push(() => at.close());
  const copies = join(folder, 'copies');
  await mkdir(copies);
  const args = [path, '--yes', '--report', at.report];
  const full = await startCommand(at.url, args, { TMPDIR: copies }, 4_096).ended;
  expect(full).toMatchObject({
    code: 1,
    output: expect.stringMatching(/The private copy does not fit into .*copies .*Set TMPDIR/),
  });
  expect((await readdir(copies)).filter((name) => name.includes('migrate'))).toEqual([]);
  expect(await at.rows('select count(*)::int as n from candles')).toEqual([{ n: 0 }]);
  expect(await startCommand(at.url, args, { TMPDIR: copies }).ended).toMatchObject({ code: 0 });
  expect(await at.rows('select count(*)::int as n from candles')).toEqual([{ n: CANDLES }]);
});

test('too little room for the private copy: says how much it takes before it begins', async () => {
  const { small } = await mountSmall('16m');
  const at = await testMigration();
  atEnd.push(() => at.close());
  const args = [path, '--yes', '--report', at.report];
  expect(await startCommand(at.url, args, { TMPDIR: small }).ended).toMatchObject({
    code: 1,
    output: expect.stringMatching(/has 17 MB free and the private copy takes \d+ MB\. Set TMPDIR/),
  });
});

test('PostgreSQL out of room in the middle of a load: a clear end, and the next run goes on', async () => {
  const { small, resize } = await mountSmall('16m');
  const dataDir = join(folder, 'postgres');
  const cluster = await startCluster({ dataDir, logFile: join(folder, 'log'), password: 'full' });
  atEnd.push(() => cluster.stop('immediate'));
  const owner = postgresOwner(dataDir);
  if (owner) await chown(small, owner.uid, owner.gid);
  const url = (name: string) => `postgres://postgres:full@127.0.0.1:${cluster.port}/${name}`;
  await query(url('postgres'), `create tablespace small location '${small}'`);
  await query(url('postgres'), 'create database tight tablespace small');

  const args = [path, '--yes', '--report', join(folder, 'report')];
  expect(await startCommand(url('tight'), args).ended).toMatchObject({
    code: 1,
    output: expect.stringMatching(
      /The disk of PostgreSQL is full \(.*No space left on device.*goes on from there/,
    ),
  });
  const count = 'select count(*)::int as n from candles';
  const [{ n }] = await query(url('tight'), count);
  expect(n).toBeGreaterThanOrEqual(CANDLES / 2);
  expect(n).toBeLessThan(CANDLES);

  resize('200m');
  const { code, output } = await startCommand(url('tight'), args).ended;
  expect([code, output]).toEqual([0, expect.stringContaining('it goes on from there')]);
  expect(await query(url('tight'), count)).toEqual([{ n: CANDLES }]);
});

async function mountSmall(size: string) {
  const small = join(folder, 'small');
  const { resize, unmount } = await mountSmallDisk(small, size);
  atEnd.push(unmount);
  return { small, resize };
}

async function query(url: string, sql: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}
