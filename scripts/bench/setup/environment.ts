import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { migrateDatabase } from '@/lib/db/migrate';
import { freePort } from '@/lib/postgres/free-port';
import { stopChildren } from '../../runtime/child';
import { type EmbeddedDatabase, startDatabase } from '../../runtime/database';
import { authorization, ensureToken } from '../../runtime/token';
import { buildWebOnce, serveWeb } from '../../runtime/web';
import { describeMachine } from './compare';

export type Web = {
  url: string;
  /** Lets in whoever sends them. */
  headers: { authorization: string };
};

/** What a benchmark works on. */
export type BenchEnvironment = {
  /** Of the app's role, as `npm start` connects. */
  url: string;
  /** Of a superuser. */
  adminUrl: string;
  /** Where temporary files go. */
  folder: string;
  /** Serves pages and procedures on this database. */
  openWeb(): Promise<Web>;
};

/**
 * The database and the production build as `npm start` has them, in a folder that is gone
 * afterwards, unless BENCH_DATA names one: there the charts stay for the next benchmark.
 */
export async function withBenchEnvironment(
  work: (
    environment: BenchEnvironment,
    another: (name: string) => Promise<BenchEnvironment>,
  ) => Promise<void>,
): Promise<void> {
  console.log(describeMachine());
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-bench-'));
  const database = await startDatabase(process.env.BENCH_DATA || join(folder, 'data'));
  try {
    const environment = await openEnvironment(database, folder);
    await work(environment, (name) => openEnvironment(database, folder, name));
  } finally {
    await stopChildren(false);
    await database.cluster.stop();
    await rm(folder, { recursive: true });
  }
}

/** On the app's database, or another one of the same server. */
async function openEnvironment(
  database: EmbeddedDatabase,
  folder: string,
  name?: string,
): Promise<BenchEnvironment> {
  const urlOf = (role: 'app' | 'postgres') => {
    const url = new URL(database.url(role));
    if (name) url.pathname = name;
    return url.href;
  };
  if (name) await createDatabase(database.url('postgres'), name);
  const url = urlOf('app');
  await migrateDatabase(url);
  return {
    url,
    adminUrl: urlOf('postgres'),
    folder,
    async openWeb() {
      await buildWebOnce();
      const token = await ensureToken(folder);
      const urls = { DATABASE_URL: url, DIRECT_DATABASE_URL: url, TOKEN_FILE: token };
      const { port } = await serveWeb(await freePort(), urls);
      return { url: `http://127.0.0.1:${port}`, headers: await authorization(folder) };
    },
  };
}

async function createDatabase(adminUrl: string, name: string) {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const [there] = await sql`select from pg_database where datname = ${name}`;
  if (!there) await sql`create database ${sql(name)} owner app`;
  await sql.end();
}
