import { getTableName, is, Table } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as schema from './schema';
import { testDatabase } from './testing';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.close());

const DENIED = '42501';

/** What a statement does for a member of the role: null, or its SQLSTATE. Never kept. */
async function as(role: string, statement: string): Promise<string | null> {
  const client = postgres(own.url, { max: 1, onnotice: () => {} });
  try {
    await client.begin(async (tx) => {
      await tx.unsafe(`set local role ${role}`);
      await tx.unsafe(statement);
      throw new Error('undo');
    });
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? null;
  } finally {
    await client.end();
  }
}
const ALL = Object.values(schema)
  .filter((value) => is(value, Table))
  .map(getTableName);

test.each(['ml', 'reader'])('%s reads what it needs, and no accounts', async (role) => {
  for (const table of [
    'charts',
    'candles',
    'annotations',
    'annotation_types',
    'span_annotations',
    'span_label_types',
    'revisions',
    'training_runs',
    'predictions',
    'examined_ranges',
  ]) {
    expect(await as(role, `select * from ${table}`), table).toBeNull();
  }
  expect(await as(role, 'select * from users')).toBe(DENIED);
});

test('ml writes runs and predictions, and nothing else', async () => {
  expect(await as('ml', `insert into training_runs (params) values ('{}')`)).toBeNull();
  expect(await as('ml', `update training_runs set progress = 1`)).toBeNull();
  expect(
    await as(
      'ml',
      `insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
       values (1, 1, now(), now(), 'custom', 0.5)`,
    ),
    'allowed, were there such a chart',
  ).toBe('23503');
  expect(await as('ml', `update predictions set score = 1`)).toBeNull();
  for (const table of ALL) {
    expect(await as('ml', `delete from ${table}`), table).toBe(DENIED);
    expect(await as('ml', `truncate ${table}`), table).toBe(DENIED);
    if (table === 'training_runs' || table === 'predictions') continue;
    expect(await as('ml', `insert into ${table} default values`), table).toBe(DENIED);
  }
  expect(await as('ml', `update span_annotations set label = 'x'`)).toBe(DENIED);
  expect(await as('ml', `update candles set open = 1`)).toBe(DENIED);
});

test('reader writes nothing', async () => {
  for (const table of ALL) {
    expect(await as('reader', `insert into ${table} default values`), table).toBe(DENIED);
    expect(await as('reader', `delete from ${table}`), table).toBe(DENIED);
  }
});

test('app writes every table', async () => {
  for (const table of ALL) {
    expect(await as('app', `delete from ${table}`), table).toBeNull();
    expect(await as('app', `select * from ${table}`), table).toBeNull();
  }
  expect(await as('app', `insert into charts (name) values ('a')`)).toBeNull();
});

test.each(['app', 'ml', 'reader'])('%s cannot change the schema', async (role) => {
  for (const statement of [
    'create table mine (id int)',
    'alter table charts add column mine int',
    'drop table predictions',
    'create role mine',
    'create schema mine',
  ]) {
    expect(await as(role, statement), statement).toBe(DENIED);
  }
});
