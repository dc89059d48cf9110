import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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

test('timeframes that were rounded to whole seconds are told anew, with their tiles', async () => {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await client`insert into charts (id, name, timeframe) values
    (1, 'quarters', 1), (2, 'seconds', 1), (3, 'minutes', 60), (4, 'one candle', 86400)`;
  await client`insert into candles (chart_id, time, open, high, low, close)
    select id, to_timestamp(1.7e9 + n * step), 1, 1, 1, 1
    from (values (1, 0.25), (2, 1), (3, 60)) as each(id, step), generate_series(1, 9) as n`;
  await client`insert into candle_tiles (chart_id, timeframe, level, seq, first_time, bars, bytes)
    values (1, 1, 0, 0, now(), 9, ''), (1, 60, 0, 0, now(), 1, ''), (2, 1, 0, 0, now(), 9, '')`;
  const statements = readFileSync('drizzle/0022_fractions-of-a-second.sql', 'utf8');
  await client.unsafe(statements);
  const charts = await client`select timeframe from charts order by id`;
  expect(charts.map(({ timeframe }) => timeframe)).toEqual([0.25, 1, 60, 86_400]);
  const tiles = await client`select timeframe from candle_tiles order by chart_id, timeframe`;
  expect(tiles.map(({ timeframe }) => timeframe)).toEqual([0.25, 60, 1]);
  await client`delete from charts`;
  await client.end();
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
