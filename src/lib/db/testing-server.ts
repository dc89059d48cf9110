import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { abandonedFolders } from '../abandoned-folders';
import { startCluster } from '../postgres/cluster';
import { migrateDatabase } from './migrate';
import { databaseUrl, TEMPLATE } from './testing';

const PREFIX = 'candle-annotator-test-';

/** A PostgreSQL for tests on a free loopback port, its template database migrated. */
export async function startTestServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  await removeAbandoned();
  const dataDir = join(tmpdir(), `${PREFIX}${process.pid}-${randomUUID()}`);
  const logFile = `${dataDir}.log`;
  const password = randomUUID();
  const cluster = await startCluster({
    dataDir,
    password,
    logFile,
    // Nothing here has to survive a crash, so nothing waits for the disk.
    settings: {
      max_connections: '200',
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
    },
  });
  const stop = async () => {
    await cluster.stop('immediate');
    await rm(dataDir, { recursive: true });
    await rm(logFile);
  };
  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${cluster.port}/postgres`;
  try {
    await prepareTemplate(adminUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { adminUrl, stop };
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
  for (const path of await abandonedFolders(PREFIX))
    await rm(path, { recursive: true, force: true });
}
