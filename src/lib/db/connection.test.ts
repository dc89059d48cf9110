import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { testDatabaseAdminUrl } from '../env';
import { isPooled, libpqConnection, openClient, postgresOptions } from './connection';
import { migrateDatabase } from './migrate';
import { startTlsServer, TLS_HOST } from './testing-tls';

/** All that a URL may trip over. */
const PASSWORD = 'p@ss:w/ord?#%&+ ä';
const ENCODED = encodeURIComponent(PASSWORD);
const VARIABLES = ['PGPASSWORD', 'PGSSLMODE', 'PGSSLROOTCERT', 'PGUSER', 'PGDATABASE', 'PGAPPNAME'];

let server: Awaited<ReturnType<typeof startTlsServer>>;
beforeAll(async () => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  server = await startTlsServer(PASSWORD);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

type Session = { user: string; database: string; ssl: boolean; app: string; path: string };
const SESSION = `select current_user as user, current_database() as database, ssl,
  current_setting('application_name') as app, current_setting('search_path') as path
  from pg_stat_ssl where pid = pg_backend_pid()`;

async function byPostgres(url: string): Promise<Session> {
  const sql = postgres({ max: 1, ...postgresOptions(url, { applicationName: 'test' }) });
  try {
    const [row] = await sql.unsafe(SESSION);
    return row as unknown as Session;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function byPg(url: string): Promise<Session> {
  const client = await openClient(url, { applicationName: 'test' });
  try {
    const { rows } = await client.query(SESSION);
    return rows[0];
  } finally {
    await client.end();
  }
}

const DRIVERS = [
  ['postgres.js', byPostgres],
  ['pg', byPg],
] as const;

describe.each(DRIVERS)('by %s, a server with TLS alone and a private CA', (_, connect) => {
  const url = (query: string, host = TLS_HOST) =>
    `postgresql://postgres:${ENCODED}@${host}:${server.port}/postgres?hostaddr=127.0.0.1${query}`;

  test.each([
    ['as Heroku writes it, without a word of TLS', () => url('')],
    ['as RDS writes it', () => url('&sslmode=require')],
    ['as Neon writes it', () => url('&sslmode=require&channel_binding=require')],
    ['as Supabase writes it', () => url('&pgbouncer=true&connection_limit=5')],
    ['as Prisma writes it', () => url('&schema=public&sslmode=require&pool_timeout=0')],
    ['as node-postgres writes it', () => url('&sslmode=no-verify&uselibpqcompat=true')],
    ['sslmode=prefer', () => url('&sslmode=prefer')],
    ['sslmode=allow', () => url('&sslmode=allow')],
    [
      'verify-ca, under any name',
      () => url(`&sslmode=verify-ca&sslrootcert=${server.rootCertificate}`, 'localhost'),
    ],
    ['verify-full', () => url(`&sslmode=verify-full&sslrootcert=${server.rootCertificate}`)],
    [
      'require with a root certificate, which is checked',
      () => url(`&sslmode=require&sslrootcert=${server.rootCertificate}`),
    ],
    [
      'as Cloud SQL writes it, with the host that counts among the parameters',
      () =>
        url('', 'localhost').replace(`:${server.port}`, ':1') +
        `&host=${TLS_HOST}&port=${server.port}`,
    ],
    [
      'gssencmode, keepalives',
      () => url('&gssencmode=prefer&keepalives=1&keepalives_idle=30&target_session_attrs=any'),
    ],
  ])('connects: %s', async (_, url) => {
    expect(await connect(url())).toMatchObject({
      user: 'postgres',
      database: 'postgres',
      ssl: true,
    });
  });

  test.each([
    ['sslmode=disable', () => url('&sslmode=disable'), /no pg_hba.conf entry .* no encryption/],
    [
      'verify-full of a private CA that is not named',
      () => url('&sslmode=verify-full'),
      /TLS .* failed: unable to verify|self.signed/,
    ],
    [
      'verify-full under another name',
      () => url(`&sslmode=verify-full&sslrootcert=${server.rootCertificate}`, 'localhost'),
      /does not match certificate/,
    ],
    [
      'verify-full by another CA',
      () => url(`&sslmode=verify-full&sslrootcert=${server.otherCertificate}`),
      /TLS .* failed/,
    ],
    [
      'require by another CA',
      () => url(`&sslmode=require&sslrootcert=${server.otherCertificate}`),
      /TLS .* failed/,
    ],
    [
      'a root certificate that is not there',
      () => url('&sslmode=verify-full&sslrootcert=/nowhere.pem'),
      /sslrootcert=\/nowhere.pem, which cannot be read \(ENOENT\)/,
    ],
    ['a wrong password', () => url('').replace(ENCODED, 'wrong'), /password authentication failed/],
  ])('is refused: %s', async (_, url, reason) => {
    await expect(connect(url())).rejects.toThrow(reason);
  });

  test('takes the password from the file that the URL names, as npm start prints it', async () => {
    const file = join(server.folder, 'pgpass');
    const escaped = PASSWORD.replace(/[\\:]/g, '\\$&');
    writeFileSync(
      file,
      `# a comment\nother:5432:*:postgres:no\n127.0.0.1:${server.port}:*:postgres:${escaped}\n`,
    );
    chmodSync(file, 0o600);
    const named = `postgresql://postgres@127.0.0.1:${server.port}/postgres?passfile=${file}`;
    expect(await connect(named)).toMatchObject({ user: 'postgres', ssl: true });
    chmodSync(file, 0o644);
    await expect(connect(named)).rejects.toThrow(/password/);
  });

  test('takes from libpq’s variables what the URL leaves open', async () => {
    vi.stubEnv('PGPASSWORD', PASSWORD);
    vi.stubEnv('PGSSLMODE', 'verify-full');
    vi.stubEnv('PGSSLROOTCERT', server.rootCertificate);
    const open = `postgresql://postgres@${TLS_HOST}:${server.port}/postgres?hostaddr=127.0.0.1`;
    expect(await connect(open)).toMatchObject({ ssl: true });
    vi.stubEnv('PGSSLMODE', 'disable');
    await expect(connect(open)).rejects.toThrow(/no encryption/);
    for (const name of VARIABLES) vi.stubEnv(name, undefined);
  });

  test('takes from a connection service what the URL leaves open', async () => {
    const file = join(server.folder, 'services');
    const lines = [`host=${TLS_HOST}`, 'hostaddr=127.0.0.1', `port=${server.port}`, '# and so on'];
    const ours = [...lines, 'user=postgres', 'dbname=postgres', `password=${PASSWORD}`];
    writeFileSync(file, ['[other]', 'host=nowhere', '[ours]', ...ours, '[last]', ''].join('\r\n'));
    const named = `postgresql:///?service=ours&servicefile=${file}`;
    expect(await connect(named)).toMatchObject({ user: 'postgres', ssl: true });
    vi.stubEnv('PGSERVICE', 'ours');
    vi.stubEnv('PGSERVICEFILE', file);
    // It comes before a variable, and after the URL.
    vi.stubEnv('PGPORT', '1');
    expect(await connect('postgresql://')).toMatchObject({ user: 'postgres', ssl: true });
    await expect(connect('postgresql://127.0.0.1:1/')).rejects.toThrow(/ECONNREFUSED/);
    vi.stubEnv('PGSERVICE', 'theirs');
    await expect(connect('postgresql://')).rejects.toThrow(
      /“theirs”, which is in none of .*services/,
    );
    for (const name of ['PGSERVICE', 'PGSERVICEFILE', 'PGPORT']) vi.stubEnv(name, undefined);
  });

  test('trusts the certificate that is where libpq looks for it', async () => {
    const home = join(server.folder, 'home');
    mkdirSync(join(home, '.postgresql'), { recursive: true });
    vi.stubEnv('HOME', home);
    const checked = url('&sslmode=verify-full');
    await expect(connect(checked)).rejects.toThrow(/TLS .* failed/);
    copyFileSync(server.rootCertificate, join(home, '.postgresql', 'root.crt'));
    expect(await connect(checked)).toMatchObject({ ssl: true });
    rmSync(home, { recursive: true });
    vi.stubEnv('HOME', undefined);
  });

  test('goes on to the next host, and gives the server its options', async () => {
    const hosts = `127.0.0.1:1,127.0.0.1:${server.port}`;
    const options = encodeURIComponent('-c search_path=pg_catalog');
    const several = `postgresql://postgres:${ENCODED}@${hosts}/postgres?options=${options}&application_name=mine`;
    expect(await connect(several)).toMatchObject({ ssl: true, app: 'mine', path: 'pg_catalog' });
  });
});

describe.each(DRIVERS)('by %s, a server without TLS', (_, connect) => {
  test('connects unless the URL asks for TLS', async () => {
    const url = (query: string) => `${testDatabaseAdminUrl()}${query}`;
    expect(await connect(url(''))).toMatchObject({ ssl: false });
    expect(await connect(url('?sslmode=prefer'))).toMatchObject({ ssl: false });
    await expect(connect(url('?sslmode=require'))).rejects.toThrow(/offers no TLS/);
  });

  test('fails at once where nobody listens', async () => {
    await expect(connect('postgresql://a:b@127.0.0.1:1/c')).rejects.toThrow(/ECONNREFUSED/);
  });
});

test('a pool whose connections cannot be made is as good as new when they can', async () => {
  const { port } = new URL(testDatabaseAdminUrl());
  const url = testDatabaseAdminUrl();
  const options = postgresOptions(url, { applicationName: 'test' });
  const sql = postgres({ max: 2, ...options, ...{ backoff: () => 0 } });
  const failing = postgres({
    max: 2,
    ...postgresOptions(url.replace(port, '1'), { applicationName: 'test' }),
  });
  for (let n = 0; n < 5; n += 1) {
    const three = [1, 2, 3].map(() =>
      failing`select 1`.then(
        () => 'answered',
        (error) => error.code,
      ),
    );
    expect(await Promise.all(three)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);
  }
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  await Promise.all([sql.end(), failing.end({ timeout: 1 })]);
});

test('a limit of 0 is sent, and counts before what the role has', async () => {
  const limit = encodeURIComponent('-c statement_timeout=7s');
  const applicationName = 'test';
  const shown = async (settings: Record<string, number>) => {
    const url = `${testDatabaseAdminUrl()}?options=${limit}`;
    const sql = postgres({ max: 1, ...postgresOptions(url, { applicationName, settings }) });
    const [row] = await sql`show statement_timeout`;
    await sql.end();
    return row?.statement_timeout;
  };
  expect(await shown({})).toBe('7s');
  expect(await shown({ statement_timeout: 0 })).toBe('0');
});

test('migrations do not go through a pooler, whose session would keep their lock', async () => {
  const pooled = `${testDatabaseAdminUrl()}?pgbouncer=true`;
  await expect(migrateDatabase(pooled)).rejects.toThrow(/leads to a pooler.*DIRECT_DATABASE_URL/);
});

test('a PostgreSQL that is too old is refused by name', async () => {
  // A session whose own functions say that the server is an older one.
  const admin = postgres(testDatabaseAdminUrl(), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create schema if not exists aged; create or replace function
    aged.current_setting(text) returns text language sql as $$ select case $1
    when 'server_version_num' then '150013' else '15.13' end $$`);
  const options = encodeURIComponent('-c search_path=aged,pg_catalog');
  await expect(migrateDatabase(`${testDatabaseAdminUrl()}?options=${options}`)).rejects.toThrow(
    'This is PostgreSQL 15.13, and candle-annotator needs 16 or newer.',
  );
  await admin`drop schema aged cascade`;
  await admin.end();
});

test('libpq gets a URL that it knows, and the password apart from it', () => {
  const given = `postgresql://app:${ENCODED}@db.example:5432/candles?schema=public&pgbouncer=true&sslmode=no-verify&sslrootcert=/a b.pem&new=1&options=-c%20a%3Db`;
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  expect(libpqConnection(given)).toEqual({
    url: 'postgresql://app@db.example:5432/candles?sslmode=require&sslrootcert=/a%20b.pem&options=-c%20a%3Db',
    env: { PGPASSWORD: PASSWORD },
  });
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('left out: new.'));
  warn.mockRestore();
});

test('libpq gets what it would look for elsewhere, or take for another thing', () => {
  const given = (rest: string) => libpqConnection(`postgresql://app${rest}`);
  const at = (rest: string, env: Record<string, string> = {}) => ({
    url: `postgresql://app${rest}`,
    env,
  });
  expect(given('@h/d?ssl=true')).toEqual(at('@h/d?sslmode=require'));
  // Its own default would be a file in the home folder.
  const checked = '@h/d?sslrootcert=system&sslmode=verify-full';
  expect(given('@h/d?sslmode=verify-full')).toEqual(at(checked));
  expect(given(':a?b@h/d?sslmode=disable')).toEqual(
    at('@h/d?sslmode=disable', { PGPASSWORD: 'a?b' }),
  );
  expect(given('@h/d?password=secret&sslmode=disable')).toEqual(
    at('@h/d?sslmode=disable', { PGPASSWORD: 'secret' }),
  );
  expect(given('@h/d?password=secret')).toEqual(at('@h/d', { PGPASSWORD: 'secret' }));
  vi.stubEnv('PGHOST', '/nowhere/at all');
  expect(given('@/d')).toEqual(at('@/d?host=/nowhere/at%20all'));
  vi.stubEnv('PGHOST', undefined);
});

test.each([
  ['an @ in the password', 'postgresql://app:p@secret@h/d'],
  ['a / in the password', 'postgresql://app:secret/p@h/d'],
  ['a % in the password', 'postgresql://app:secret%@h/d'],
  ['a port beyond the last', 'postgresql://app:secret@h:65536/d'],
  [
    'a check against everybody’s CAs',
    'postgresql://app:secret@h/d?sslmode=require&sslrootcert=system',
  ],
])('says what is wrong with a URL and never its password: %s', (_, url) => {
  expect(() => libpqConnection(url)).toThrow(
    /^(A database URL looks like postgresql|The database URL says port=65536|sslrootcert=system needs)/,
  );
  expect(() => libpqConnection(url)).not.toThrow(/secret/);
});

test.each([
  ['postgres.abc:p@aws-0-eu-central-1.pooler.supabase.com:6543', true],
  ['postgres.abc:p@aws-0-eu-central-1.pooler.supabase.com:5432', false],
  ['postgres:p@db.abc.supabase.co:6543', true],
  ['postgres:p@db.abc.supabase.co:5432', false],
  ['o:p@ep-a-1-pooler.eu-central-1.aws.neon.tech', true],
  ['o:p@ep-a-1.eu-central-1.aws.neon.tech', false],
  ['doadmin:p@db-do-user-1-0.c.db.ondigitalocean.com:25061', true],
  ['doadmin:p@db-do-user-1-0.c.db.ondigitalocean.com:25060', false],
])('knows the poolers that hosts have: %s', (authority, expected) => {
  const url = `postgresql://${authority}/d?sslmode=require`;
  expect(isPooled(url, url)).toBe(expected);
});
