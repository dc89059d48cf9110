import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrateDatabase } from '@/lib/db/migrate';
import { ROLE_LIMITS } from '@/lib/db/role-login';
import { type EmbeddedDatabase, embeddedUrl, startDatabase } from './database';
import { mlDatabaseUrl } from './database-url';

let dataDir: string;
let database: EmbeddedDatabase;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'candle-annotator-data-'));
  database = await startDatabase(dataDir);
  await migrateDatabase(database.url('app'));
});
afterAll(async () => {
  await database.cluster.stop();
  await rm(dataDir, { recursive: true });
});

async function run(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return await sql.unsafe(text).finally(() => sql.end());
}

test('the app owns its tables without being a superuser', async () => {
  const [row] = await run(
    database.url('app'),
    `select current_user as name, rolsuper as super, rolcreaterole as creates,
      (select tableowner from pg_tables where tablename = 'charts') as owner
      from pg_roles where rolname = current_user`,
  );
  expect(row).toEqual({ name: 'app', super: false, creates: false, owner: 'app' });
});

test('the ML service writes runs and predictions and nothing else', async () => {
  const as = (text: string) => run(database.url('ml'), text);
  expect(await as('select count(*)::int from candles')).toEqual([{ count: 0 }]);
  await as(`insert into training_runs (params) values ('{}')`);
  await expect(as(`insert into charts (name) values ('x')`)).rejects.toThrow('permission denied');
  await expect(as('create table x ()')).rejects.toThrow('permission denied');
  await expect(run(database.url('reader'), 'delete from predictions')).rejects.toThrow(
    'permission denied',
  );
});

describe.each(['ml', 'reader'] as const)('%s', (role) => {
  test.each(['postgres', 'template1'])('cannot connect to the database %s', async (name) => {
    const url = new URL(database.url(role));
    url.pathname = `/${name}`;
    await expect(run(url.href, 'select 1')).rejects.toThrow('permission denied for database');
  });

  test.each([
    'lock table training_runs in access exclusive mode',
    'lock table prediction_requests in exclusive mode',
    'lock table predictions in share mode',
    'lock table candles in row exclusive mode',
    'create temp table mine as select 1',
    'create schema mine',
    'set temp_file_limit = -1',
    'alter role app nologin',
    `select pg_read_file('/etc/passwd')`,
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' limit 1`,
  ])('may not: %s', async (attack) => {
    await run(database.url('postgres'), 'select 1');
    await expect(run(database.url(role), `begin; ${attack}`)).rejects.toThrow('permission denied');
  });

  test('is kept to its limits', async () => {
    const { connections, settings } = ROLE_LIMITS[role];
    for (const [name, value] of Object.entries(settings)) {
      expect(await run(database.url(role), `show ${name}`)).toEqual([{ [name]: value }]);
    }
    const sql = postgres(database.url(role), { max: connections + 1, onnotice: () => {} });
    const held = await Promise.all(Array.from({ length: connections }, () => sql.reserve()));
    const refused = `too many connections for role "${role}"`;
    await expect(sql`select 1`).rejects.toThrow(refused);
    for (const one of held) one.release();
    await sql.end();
  });
});

test('the app alone may leave out what an import need not check', async () => {
  const leaveOut = 'set session_replication_role = replica';
  await run(database.url('app'), leaveOut);
  await expect(run(database.url('ml'), leaveOut)).rejects.toThrow('permission denied');
  await expect(run(database.url('reader'), leaveOut)).rejects.toThrow('permission denied');
});

test('keeps passwords to itself and shows people where they are', async () => {
  const file = join(dataDir, 'pgpass');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
  expect(database.shownUrl).toMatch(/^postgresql:\/\/app@127\.0\.0\.1:\d+\/candle_annotator\?/);
  expect(new URL(database.shownUrl).searchParams.get('passfile')).toBe(file);
  expect(await embeddedUrl(dataDir)).toBe(database.url('app'));
});

describe('npm run ml', () => {
  const NONE = { DATABASE_URL: '', DIRECT_DATABASE_URL: '', ML_DATABASE_URL: '' };
  beforeEach(() => {
    for (const [name, value] of Object.entries({ ...NONE, DATA_DIR: dataDir })) {
      vi.stubEnv(name, value);
    }
  });
  afterEach(() => vi.unstubAllEnvs());

  test('reaches the database of npm start as the ML service does', async () => {
    expect(await mlDatabaseUrl()).toBe(database.url('ml'));
    vi.stubEnv('DATA_DIR', join(dataDir, 'other'));
    await expect(mlDatabaseUrl()).rejects.toThrow('There is no database: run npm start');
  });

  test('takes the URL that is given', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://app@db.example/a');
    expect(await mlDatabaseUrl()).toContain('app@db.example');
    // As libpq takes it: without what only other drivers know.
    vi.stubEnv('ML_DATABASE_URL', 'postgresql://ml@db.example/a?schema=public&sslmode=require');
    expect(await mlDatabaseUrl()).toBe('postgresql://ml@db.example/a?sslmode=require');
  });
});

test('a start after it finds the same passwords and data', async () => {
  const { url } = database;
  await run(url('app'), `insert into charts (name) values ('kept')`);
  await database.cluster.stop();
  database = await startDatabase(dataDir);
  expect(database.url('app')).toBe(url('app'));
  expect(await run(url('app'), 'select name from charts')).toEqual([{ name: 'kept' }]);
});
