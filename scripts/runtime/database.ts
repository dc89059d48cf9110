import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { giveLogin, LOGIN_ROLES } from '@/lib/db/role-login';
import { makeFolder } from '@/lib/make-folder';
import { type Cluster, isRunning, startCluster, stopLeftover } from '@/lib/postgres/cluster';
import { writeDurably } from './durable-file';
import { log, step } from './log';
import { keepReserve, releaseReserve } from './reserve';

const DATABASE = 'candle_annotator';
/** `postgres` sets up and does nothing else; the web app is `app`, the ML service `ml`, notebooks `reader`. */
const LOGINS = ['app', ...LOGIN_ROLES] as const;
const ROLES = ['postgres', ...LOGINS] as const;
const LOG_LIMIT = 10_000_000;

type Role = (typeof ROLES)[number];
type Access = { port: number | undefined; passwords: Record<Role, string> };

export type EmbeddedDatabase = {
  cluster: Cluster;
  url(role: Role): string;
  /** The app's URL for people: libpq finds the password in the file it names. */
  shownUrl: string;
};

/** Starts the embedded PostgreSQL in `dataDir`, its roles and database made and up to date. */
export async function startDatabase(dataDir: string): Promise<EmbeddedDatabase> {
  const pgData = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  if (await stopLeftover(pgData)) {
    log('database', 'stopped the PostgreSQL that a killed start had left running');
  }
  const isNew = !existsSync(pgData);
  await makeFolder(dataDir);
  // Once more, for a PostgreSQL that a full disk has ended while we ran.
  await releaseReserve(dataDir);
  const access = isNew ? newAccess() : await readAccess(dataDir);
  // Kept before the cluster is made: a cluster without its passwords could not be opened.
  if (isNew) await writeAccess(dataDir, access);
  if (existsSync(logFile) && (await stat(logFile)).size > LOG_LIMIT) await truncate(logFile);
  const doing = isNew
    ? `making a PostgreSQL in ${pgData} and starting it`
    : `starting PostgreSQL in ${pgData}`;
  const cluster = await step('database', doing, () =>
    startCluster({
      dataDir: pgData,
      logFile,
      password: access.passwords.postgres,
      port: access.port,
    }),
  );
  if (cluster.port !== access.port) await writeAccess(dataDir, { ...access, port: cluster.port });
  const url = (role: Role, database = DATABASE) =>
    `postgresql://${role}:${access.passwords[role]}@127.0.0.1:${cluster.port}/${database}`;
  await makeRoles((database) => url('postgres', database), access.passwords).catch(
    async (error) => {
      await cluster.stop();
      throw error;
    },
  );
  await keepReserve(dataDir);
  const passfile = encodeURIComponent(passwordFile(dataDir)).replaceAll('%2F', '/');
  return {
    cluster,
    url,
    shownUrl: `postgresql://app@127.0.0.1:${cluster.port}/${DATABASE}?passfile=${passfile}`,
  };
}

/** A role's URL of the embedded database in `dataDir`; undefined while it does not run. */
export async function embeddedUrl(
  dataDir: string,
  role: Role = 'app',
): Promise<string | undefined> {
  if (!(await isRunning(join(dataDir, 'postgres')))) return undefined;
  const { port, passwords } = await readAccess(dataDir);
  return `postgresql://${role}:${passwords[role]}@127.0.0.1:${port}/${DATABASE}`;
}

/** In libpq's own format, so that psql and every driver built on libpq can use it. */
const passwordFile = (dataDir: string) => join(dataDir, 'pgpass');

function newAccess(): Access {
  const passwords = ROLES.map((role) => [role, randomBytes(24).toString('hex')]);
  return { port: undefined, passwords: Object.fromEntries(passwords) };
}

async function readAccess(dataDir: string): Promise<Access> {
  const file = passwordFile(dataDir);
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(
      `The passwords of the database in ${dataDir} are missing (${file}: ${cause.code}). Put the file back, or move ${dataDir} away to start anew.`,
    );
  });
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(':'));
  const passwords = Object.fromEntries(lines.map(([, , , role, password]) => [role, password]));
  if (ROLES.some((role) => !passwords[role])) {
    throw new Error(`${file} does not hold a password for each of ${ROLES.join(', ')}.`);
  }
  return { port: Number(lines[0]?.[1]) || undefined, passwords: passwords as Record<Role, string> };
}

async function writeAccess(dataDir: string, { port, passwords }: Access) {
  const lines = ROLES.map((role) => `127.0.0.1:${port ?? 0}:*:${role}:${passwords[role]}\n`);
  await writeDurably(passwordFile(dataDir), lines.join(''));
}

async function makeRoles(adminUrl: (database: string) => string, passwords: Record<Role, string>) {
  const admin = postgres(adminUrl('postgres'), { max: 1, onnotice: () => {} });
  try {
    for (const role of LOGINS) {
      const [there] = await admin`select from pg_roles where rolname = ${role}`;
      // A password of hex digits needs no quoting; these statements take no parameters.
      await admin.unsafe(
        `${there ? 'alter' : 'create'} role ${role} login password '${passwords[role]}'`,
      );
    }
    const [there] = await admin`select from pg_database where datname = ${DATABASE}`;
    if (!there) await admin.unsafe(`create database ${DATABASE} owner app`);
    // None of these has anything to look for in the databases that PostgreSQL comes with.
    for (const name of [DATABASE, 'postgres', 'template1']) {
      await admin.unsafe(`revoke all on database ${name} from public`);
    }
    // Imports take half the time with it (docs/decisions, 2026-11-26).
    await admin`grant set on parameter session_replication_role to app`;
  } finally {
    await admin.end({ timeout: 5 });
  }
  for (const role of LOGIN_ROLES) await giveLogin(adminUrl(DATABASE), role, passwords[role]);
}
