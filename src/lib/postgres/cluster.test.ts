import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { embeddedBinaries, linkLibraries } from './binaries';
import { type Cluster, startCluster, stopLeftover } from './cluster';
import { isPostmaster, readPostmasterFile } from './postmaster';

const PASSWORD = 'of-a-test';
let folder: string;

// A private folder, as mkdtemp makes it: under root its owner's name alone may enter it.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle annotator ünïcode '));
});
afterAll(() => rm(folder, { recursive: true }));

const options = (name = 'data') => ({
  dataDir: join(folder, name),
  logFile: join(folder, `${name}.log`),
  password: PASSWORD,
  settings: { fsync: 'off' },
});

async function started(port?: number): Promise<Cluster> {
  const cluster = await startCluster({ ...options(), port });
  onTestFinished(() => cluster.stop());
  return cluster;
}

async function query(port: number, text: string, password = PASSWORD) {
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return await sql.unsafe(text).finally(() => sql.end());
}

test('holds Unicode and checksums under any locale, and listens on the loopback only', async () => {
  vi.stubEnv('LC_ALL', 'C');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { port } = await started();
  const [row] = await query(
    port,
    `select current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
      current_setting('listen_addresses') as addresses, current_setting('TimeZone') as zone, upper('ä') as upper`,
  );
  expect(row).toEqual({
    encoding: 'UTF8',
    checksums: 'on',
    addresses: '127.0.0.1',
    zone: 'UTC',
    upper: 'Ä',
  });
  await expect(query(port, 'select 1', 'wrong')).rejects.toThrow('password authentication failed');
});

test('keeps its data over a stop, takes its port again or another when it is taken', async () => {
  const first = await started();
  await query(first.port, 'create table kept as select 42 as answer');
  await first.stop();
  const second = await started(first.port);
  expect(second.port).toBe(first.port);
  expect(await query(second.port, 'select answer from kept')).toMatchObject([{ answer: 42 }]);
  await second.stop();
  const squatter = createServer().listen(first.port, '127.0.0.1');
  onTestFinished(() => void squatter.close());
  await once(squatter, 'listening');
  expect((await started(first.port)).port).not.toBe(first.port);
});

test('a server whose starter was killed is stopped, nothing acknowledged lost', async () => {
  const starter = await startInAnotherProcess();
  await query(starter.port, 'create table acknowledged as select generate_series(1, 1000) as n');
  const { dataDir } = options();
  const orphan = readPostmasterFile(dataDir)?.pid ?? 0;
  starter.process.kill('SIGKILL');
  await once(starter.process, 'close');
  expect(isPostmaster(orphan, dataDir)).toBe(true);

  expect(await stopLeftover(dataDir)).toBe(true);
  expect(isPostmaster(orphan, dataDir)).toBe(false);
  const { port } = await started();
  expect(await query(port, 'select count(*)::int from acknowledged')).toEqual([{ count: 1000 }]);
});

test('a stranger who got the number in postmaster.pid is left alone and no obstacle', async () => {
  const first = await started();
  const file = join(options().dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8');
  await first.stop();
  const stranger = spawn('sleep', ['60']);
  onTestFinished(() => void stranger.kill());
  await writeFile(file, text.replace(/^\d+/, String(stranger.pid)));
  expect(await stopLeftover(options().dataDir)).toBe(false);
  const { port } = await started();
  expect(await query(port, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
});

test('shows the end of its log when it does not start', async () => {
  const broken = { ...options(), settings: { shared_buffers: 'plenty' } };
  await expect(startCluster(broken)).rejects.toThrow(
    'invalid value for parameter "shared_buffers"',
  );
});

test('says what is in the way of data of another version', async () => {
  const old = options('old');
  await mkdir(old.dataDir);
  await writeFile(join(old.dataDir, 'PG_VERSION'), '15\n');
  await expect(startCluster(old)).rejects.toThrow('made by PostgreSQL 15');
});

test('links the libraries that npm was told not to link', async () => {
  const native = join(folder, 'package', 'native');
  await mkdir(join(native, 'lib'), { recursive: true });
  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library');
  const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify([link]));
  await linkLibraries(native);
  await linkLibraries(native);
  expect(await readFile(join(native, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
});

test('PostgreSQL runs from a package whose install script never did', async () => {
  const { initdb } = await embeddedBinaries();
  const native = join(folder, 'unlinked', 'native');
  await cp(dirname(dirname(initdb)), native, { recursive: true, verbatimSymlinks: true });
  const links: { target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { target } of links) await rm(join(dirname(native), target), { force: true });
  const version = () =>
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { stdio: 'pipe' });
  expect(version).toThrow('cannot open shared object file');
  await linkLibraries(native);
  expect(String(version())).toContain('PostgreSQL) 18');
});

/** As a start that is killed later: a PostgreSQL whose parent is not this process. */
async function startInAnotherProcess() {
  const program = `
    const { startCluster } = await import(${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))});
    console.log((await startCluster(${JSON.stringify(options())})).port);
    setInterval(() => {}, 1000);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return { process: child, port: Number(port) };
}
