import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { embeddedUrl } from '../scripts/runtime/database';
import { isAlive, type ProcessId, processId } from '../scripts/runtime/lock-file';
import { pythonEnvironment } from '../scripts/runtime/python';
import { commandLine } from '../src/lib/postgres/postmaster';
import { expect, test } from './support/app';
import { newDataDir, type Started, start, startEnvironment } from './support/start';

/** `npm run test:faults` has the long form. */
const IS_LONG = process.env.FAULTS === 'long';
const KILLS = IS_LONG ? 20 : 2;

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

async function startHere(
  environment: Record<string, string> = {},
  ...how: [folder?: string, by?: string[]]
): Promise<Started> {
  const result = await start({ DATA_DIR: dataDir, ...environment }, ...how);
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

test(`killed ${KILLS} times in the middle of writing, started again, stopped: nothing is lost and nothing is left`, async () => {
  test.setTimeout(KILLS * 120_000 + 240_000);
  let last = await startHere();
  let { web } = await last.ready;
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const orphans = await processes();
    const writing = writeUntilRefused(`kill ${kill}`, acknowledged);
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
    last.process.kill('SIGKILL');
    await last.ended;
    expect(orphans.some(isAlive)).toBe(true);

    const again = performance.now();
    last = await startHere();
    ({ web } = await last.ready);
    console.log(`ready again after ${((performance.now() - again) / 1000).toFixed(1)} s`);
    await writing;
    expect(orphans.filter(isAlive)).toEqual([]);
    const names = (await query('select name from charts')).map(({ name }) => name);
    expect(acknowledged.filter((name) => !names.includes(name))).toEqual([]);
    expect((await fetch(`${web}/api/ready`)).status).toBe(200);
    acknowledged.length = 0;
  }
  const children = await processes();
  last.process.kill('SIGINT');
  expect(await last.ended).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});

/** Adds charts one by one for as long as their database takes them. */
async function writeUntilRefused(prefix: string, acknowledged: string[]): Promise<void> {
  const sql = postgres((await embeddedUrl(dataDir)) ?? '', { max: 1, backoff: false });
  const write = async () => {
    for (let n = 0; ; n += 1) {
      const name = `${prefix}, ${n}`;
      await sql`insert into charts (name) values (${name})`;
      acknowledged.push(name);
    }
  };
  await write().catch(() => sql.end({ timeout: 1 }));
}

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
  await expect.poll(() => existsSync(postmaster)).toBe(true);
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
  expect((await fetch(`${web}/api/ready`)).status).toBe(200);
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

test('tells a wrong password once, and not which', async ({ app }) => {
  const wrong = app.databaseUrl.replace(/:[^:@]+@/, ':hunter2@');
  const one = await startHere({ DATABASE_URL: wrong });
  expect(await one.ended).toBe(1);
  const told = one.said.filter((line) => line.includes('password authentication failed'));
  expect(told).toEqual([expect.stringMatching(/^The database .* could not be made ready: /)]);
  expect(one.said.join('\n')).not.toContain('hunter2');
});

test('a web app and a PostgreSQL that are killed come again, with the same data at the same place', async () => {
  const one = await startHere();
  const { web } = await one.ready;
  await query("insert into charts (name) values ('acknowledged')");
  const [app] = (await processes()).filter(({ pid }) => commandLine(pid).includes('server.cjs'));
  process.kill(app?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => one.said.join('\n')).toContain('web: ended (signal SIGKILL), again in');
  await answersAgain(web);

  const postmaster = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  process.kill(Number.parseInt(postmaster, 10), 'SIGKILL');
  await expect.poll(() => one.said.join('\n')).toContain('PostgreSQL has ended), again in');
  await answersAgain(web);
  expect(await query("select name from charts where name = 'acknowledged'")).toHaveLength(1);
});

test('a web app that is killed again and again is given up, and all of it stops and says so', async () => {
  test.skip(!IS_LONG, 'the pauses between starts take a minute');
  const one = await startHere();
  await one.ready;
  const children = await processes();
  const seen = new Set<number>();
  const kill = async () => {
    if (!existsSync(join(dataDir, 'running.json'))) return;
    for (const { pid } of await processes().catch(() => [])) {
      if (seen.has(pid) || !commandLine(pid).includes('server.cjs')) continue;
      seen.add(pid);
      process.kill(pid, 'SIGKILL');
    }
  };
  const killing = setInterval(kill, 100);
  expect(await one.ended).toBe(1);
  clearInterval(killing);
  expect(seen.size).toBe(6);
  expect(one.said.join('\n')).toContain('The web is given up: it ended 6 times');
  expect(children.filter(isAlive)).toEqual([]);
});

test('leaves nothing behind when npm is killed', async () => {
  const npm = spawn('npm', ['start'], {
    env: startEnvironment({ DATA_DIR: dataDir }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => (said += text));
  await expect.poll(() => said).toMatch(/^ml +http/m);
  const children = await processes();
  expect(children.every(isAlive)).toBe(true);
  npm.kill('SIGKILL');
  await expect.poll(() => children.filter(isAlive)).toEqual([]);
  await expect.poll(() => existsSync(join(dataDir, 'running.json'))).toBe(false);
});

test('does not take another ML service for its own', async () => {
  const foreign = createServer((_, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const { port } = foreign.address() as AddressInfo;
  try {
    const one = await startHere({ ML_PORT: String(port) });
    const { ml } = await one.ready;
    expect(new URL(ml).port).not.toBe(String(port));
    // The other one says nothing of a worker.
    const health = await (await fetch(`${ml}/health`)).json();
    expect(health).toMatchObject({ worker: 'runs: waiting; searches: waiting' });
  } finally {
    foreign.close();
  }
});

test('a checkout that was moved needs no other build', async () => {
  const moved = join(dirname(dataDir), 'moved');
  const files = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    maxBuffer: 1e8,
  });
  for (const file of String(files).split('\0').filter(existsSync)) {
    await cp(file, join(moved, file));
  }
  await cp('.next', join(moved, '.next'), { recursive: true });
  for (const shared of ['node_modules', 'services/ml/.venv']) {
    await symlink(join(process.cwd(), shared), join(moved, shared));
  }
  const one = await startHere({}, moved);
  const { link } = await one.ready;
  expect(one.said.join('\n')).not.toContain('building');
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
});

/** Runs a program to which the folder that it runs in, and all below it, is read-only. */
const inReadOnly = (andThen = ':') => [
  ...['unshare', '--mount', 'sh', '-ec'],
  `mount -o bind,ro "$PWD" "$PWD"; cd "$PWD"; ${andThen}; exec "$@"`,
  'sh',
];

test('a checkout that is installed and built may be read-only, and there may be no home', async () => {
  test.skip(process.getuid?.() !== 0, 'only root may mount');
  // The moved checkout shares its packages, and has stamped them as its own.
  await pythonEnvironment({ dev: false });
  const one = await startHere({ HOME: '/nowhere' }, undefined, inReadOnly());
  const { web, ml } = await one.ready;
  expect((await fetch(`${web}/api/ready`)).status).toBe(200);
  expect((await fetch(`${ml}/health`)).status).toBe(200);
  expect(one.said.join('\n')).not.toMatch(/EROFS|EACCES/);
});

test('one that is read-only and not built yet says so', async () => {
  test.skip(process.getuid?.() !== 0, 'only root may mount');
  const unbuilt = inReadOnly('mount -o bind /dev/null .next/built-from');
  const one = await startHere({}, undefined, unbuilt);
  expect(await one.ended).toBe(1);
  expect(one.said.join('\n')).toMatch(
    /candle-annotator cannot be written to \(its disk is read-only, EROFS\)/,
  );
});

/** Until it is well, as it is soon after a part of it was started again. */
const answersAgain = (web: string) =>
  expect
    .poll(
      () =>
        fetch(`${web}/api/ready`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
