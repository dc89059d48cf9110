import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { isAlive, type ProcessId, processId } from '../scripts/runtime/claim';
import { embeddedUrl } from '../scripts/runtime/database';
import { commandLine } from '../src/lib/postgres/postmaster';
import { expect, test } from './support/app';
import { newDataDir, type Started, start } from './support/start';

test.describe.configure({ timeout: 120_000 });

let dataDir: string;
const started: Started[] = [];

test.beforeEach(async () => {
  dataDir = await newDataDir();
});
test.afterEach(async () => {
  for (const { process, ended } of started.splice(0)) {
    process.kill('SIGTERM');
    await ended;
  }
  await rm(dirname(dataDir), { recursive: true });
});

async function startHere(environment: Record<string, string> = {}): Promise<Started> {
  const result = await start({ DATA_DIR: dataDir, ...environment });
  started.push(result);
  return result;
}

/** What belongs to a start: its children and its PostgreSQL. */
async function processes(): Promise<ProcessId[]> {
  const run = JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8'));
  const postmaster = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return [...run.content.children, processId(Number.parseInt(postmaster, 10))];
}

async function query(text: string) {
  const sql = postgres((await embeddedUrl(dataDir)) ?? '', { max: 1 });
  return await sql.unsafe(text).finally(() => sql.end());
}

test('killed, started again, stopped: nothing is lost and nothing is left', async () => {
  const first = await startHere();
  await first.ready;
  await query("insert into charts (name) values ('acknowledged')");
  const orphans = await processes();
  first.process.kill('SIGKILL');
  await first.ended;
  expect(orphans.some(isAlive)).toBe(true);

  const second = await startHere();
  const { web } = await second.ready;
  expect(orphans.filter(isAlive)).toEqual([]);
  expect(await query("select name from charts where name = 'acknowledged'")).toHaveLength(1);
  expect((await fetch(`${web}/api/health`)).status).toBe(200);

  const children = await processes();
  second.process.kill('SIGINT');
  expect(await second.ended).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});

test('of two at once one starts, the other says so', async () => {
  const both = await Promise.all([startHere(), startHere()]);
  const outcome = await Promise.race(
    both.map(async (one, i) => ({ code: await one.ended, refused: one, other: both[1 - i] })),
  );
  expect(outcome.code).toBe(1);
  expect(outcome.refused.said.join('\n')).toContain('is already running with the data in');
  await outcome.other?.ready;
});

test('Ctrl-C in the middle of starting, and once more, leaves nothing', async () => {
  const one = await startHere();
  const postmaster = join(dataDir, 'postgres', 'postmaster.pid');
  await expect.poll(() => existsSync(postmaster), { timeout: 60_000 }).toBe(true);
  const children = await processes();
  one.process.kill('SIGINT');
  one.process.kill('SIGINT');
  expect(await one.ended).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});

test('takes the next port when its own is taken', async ({ app }) => {
  const one = await startHere({ PORT: new URL(app.url).port });
  const { web } = await one.ready;
  expect(web).not.toBe(app.url);
  expect((await fetch(`${web}/api/health`)).status).toBe(200);
});

test('says that one is running on this data, and where', async ({ app }) => {
  const one = await startHere({ DATA_DIR: app.dataDir });
  expect(await one.ended).toBe(1);
  expect(one.said.join('\n')).toContain(app.url);
});

test('refuses to be served to others', async () => {
  const one = await startHere({ HOST: '0.0.0.0' });
  expect(await one.ended).toBe(1);
  expect(one.said.join('\n')).toContain('HOST has to be 127.0.0.1');
});

test('says that the given database cannot be reached, and not its password', async () => {
  const one = await startHere({ DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:1/charts' });
  expect(await one.ended).toBe(1);
  const said = one.said.join('\n');
  expect(said).toContain('The database postgres://app@127.0.0.1:1/charts could not be made ready');
  expect(said).not.toMatch(/hunter2|^\s+at /m);
});

test('when the web app dies, all the rest is stopped', async () => {
  const one = await startHere();
  await one.ready;
  const children = await processes();
  const web = children.find(({ pid }) => commandLine(pid).startsWith('next-server'));
  process.kill(web?.pid ?? 0, 'SIGKILL');
  expect(await one.ended).toBe(1);
  expect(one.said.join('\n')).toContain('web: ended (signal SIGKILL)');
  expect(children.filter(isAlive)).toEqual([]);
});
