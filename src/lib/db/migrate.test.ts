import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabaseAdminUrl } from '../env';
import { migrateDatabase } from './migrate';
import { databaseUrl } from './testing';

const name = `empty_${randomUUID().replaceAll('-', '')}`;
const admin = postgres(testDatabaseAdminUrl(), { max: 1, onnotice: () => {} });
const url = databaseUrl(testDatabaseAdminUrl(), name);

beforeAll(async () => {
  await admin`create database ${admin(name)}`;
});
afterAll(async () => {
  await admin`drop database ${admin(name)} with (force)`;
  await admin.end();
});

test('eight starts at once on an empty database apply each migration once', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => migrateDatabase(url)));
  const migrations = readdirSync('drizzle').filter((name) => name.endsWith('.sql')).length;
  const applied = results.map((result) => result.applied).sort((a, b) => a - b);
  expect(applied).toEqual([0, 0, 0, 0, 0, 0, 0, migrations]);
  expect(await migrateDatabase(url)).toEqual({ applied: 0 });
});

test('the local user and the label sets are seeded once', async () => {
  const client = postgres(url, { max: 1 });
  const [counts] = await client`select
    (select count(*)::int from users where id = 'local') as users,
    (select count(*)::int from annotation_types) as annotation_types,
    (select count(*)::int from span_label_types) as span_label_types`;
  await client.end();
  expect(counts).toEqual({ users: 1, annotation_types: 5, span_label_types: 7 });
});

test('a database from another version is left alone', async () => {
  const client = postgres(url, { max: 1 });
  await client`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 1)`;
  await expect(migrateDatabase(url)).rejects.toThrow('another version of candle-annotator');
  await client`delete from drizzle.__drizzle_migrations where hash = 'later'`;
  await client.end();
  expect(await migrateDatabase(url)).toEqual({ applied: 0 });
});

test('tests run in a zone that is not UTC', () => {
  expect(new Date(Date.UTC(2020, 0)).getTimezoneOffset()).toBe(-345);
});
