import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { mlDatabaseOf, readSettings } from './settings';

const read = (environment: Record<string, string>) =>
  readSettings(environment as unknown as NodeJS.ProcessEnv);

test('needs nothing to be set', () => {
  expect(read({})).toEqual({ DATA_DIR: resolve('.data'), PORT: 3000, ML_PORT: 8001 });
});

test('takes an empty variable as unset', () => {
  expect(read({ PORT: '', DATABASE_URL: '', HOST: '' })).toEqual(read({}));
});

test.each([
  [
    'o:a@ep-a-1-pooler.eu.aws.neon.tech/d?sslmode=require',
    'o:a@ep-a-1.eu.aws.neon.tech/d?sslmode=require',
  ],
  [
    'p.r:a-pooler.@aws-0.pooler.supabase.com:6543/d?pgbouncer=true',
    'p.r:a-pooler.@aws-0.pooler.supabase.com:5432/d',
  ],
  [
    'p:a@db.r.supabase.co:6543/d?pgbouncer=true&sslmode=require',
    'p:a@db.r.supabase.co:5432/d?sslmode=require',
  ],
  ['p:a@db.r.supabase.co:5432/d', undefined],
  ['o:a@db.example:6432/d?pgbouncer=true', undefined],
])('knows the way past the poolers of hosts: %s', (pooled, direct) => {
  const DATABASE_URL = `postgresql://${pooled}`;
  const past = direct && `postgresql://${direct}`;
  expect(read({ DATABASE_URL }).DIRECT_DATABASE_URL).toBe(past);
  const own = 'postgresql://a@b/c';
  expect(read({ DATABASE_URL, DIRECT_DATABASE_URL: own }).DIRECT_DATABASE_URL).toBe(own);
});

test('leads the ML service past the pooler unless it has its own URL', () => {
  const DATABASE_URL = 'postgresql://app@pooler:6432/c';
  const DIRECT_DATABASE_URL = 'postgresql://app@db/c';
  const ML_DATABASE_URL = 'postgresql://ml@db/c';
  expect(mlDatabaseOf(read({}))).toBeUndefined();
  expect(mlDatabaseOf(read({ DATABASE_URL }))).toBe(DATABASE_URL);
  const both = { DATABASE_URL, DIRECT_DATABASE_URL };
  expect(mlDatabaseOf(read(both))).toBe(DIRECT_DATABASE_URL);
  expect(mlDatabaseOf(read({ ...both, ML_DATABASE_URL }))).toBe(ML_DATABASE_URL);
  const neon = 'postgresql://o@ep-a-1-pooler.eu.aws.neon.tech/d';
  expect(mlDatabaseOf(read({ DATABASE_URL: neon }))).not.toContain('-pooler');
});

test.each(['0.0.0.0', '::', '192.168.1.2', 'charts.example'])('refuses to serve on %s', (HOST) => {
  expect(() => read({ HOST })).toThrow('HOST has to be 127.0.0.1: nobody signs in');
});

test.each([
  [{ PORT: 'abc' }, 'PORT'],
  [{ PORT: '70000' }, 'PORT'],
  [{ DATABASE_URL: 'mysql://localhost/x' }, 'DATABASE_URL must be a URL like postgresql://'],
  [{ DATABASE_URL: 'localhost:5432' }, 'DATABASE_URL must be a URL like postgresql://'],
  [{ ML_DATABASE_URL: 'postgres://ml@db/x' }, 'ML_DATABASE_URL is set and DATABASE_URL is not'],
])('says what is wrong with %o', (environment, message) => {
  expect(() => read(environment as Record<string, string>)).toThrow(message);
});
