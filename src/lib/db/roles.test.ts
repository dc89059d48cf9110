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
    'span_label_groups',
    'span_label_types',
    'revisions',
    'training_runs',
    'predictions',
    'prediction_requests',
    'ml_workers',
    'examined_ranges',
    'v_examined_ranges',
  ]) {
    expect(await as(role, `select * from ${table}`), table).toBeNull();
  }
  expect(await as(role, 'select * from users')).toBe(DENIED);
  expect(await as(role, 'select * from access_tokens')).toBe(DENIED);
});

test('ml writes runs and predictions, and nothing else', async () => {
  expect(await as('ml', `insert into training_runs (params) values ('{}')`)).toBeNull();
  expect(await as('ml', `update training_runs set progress = 1`)).toBeNull();
  expect(await as('ml', `update prediction_requests set progress = 1`)).toBeNull();
  expect(
    await as(
      'ml',
      `insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
       values (1, 1, now(), now(), 'custom', 0.5)`,
    ),
    'allowed, were there such a chart',
  ).toBe('23503');
  for (const forged of [
    `update predictions set status = 'confirmed', span_uid = gen_random_uuid()`,
    `update predictions set score = 1`,
    `insert into predictions (chart_id, training_run_id, start_time, end_time, label, score, status, span_uid)
     values (1, 1, now(), now(), 'custom', 0.5, 'confirmed', gen_random_uuid())`,
    `insert into training_runs (params, created_by) values ('{}', 'local')`,
    `update training_runs set created_by = 'local'`,
    `update training_runs set params = '{}'`,
    `lock table training_runs in access exclusive mode`,
    `insert into prediction_requests (chart_id, training_run_id, created_by) values (1, 1, 'local')`,
    `update prediction_requests set chart_id = 1`,
    `update prediction_requests set created_by = 'local'`,
  ]) {
    expect(await as('ml', forged), forged).toBe(DENIED);
  }
  expect(await as('ml', `insert into ml_workers (name, queue) values ('a', 'runs')`)).toBeNull();
  expect(await as('ml', `update ml_workers set beat_at = now()`)).toBeNull();
  expect(await as('ml', `delete from ml_workers`)).toBeNull();
  for (const table of ALL.filter((name) => name !== 'ml_workers')) {
    expect(await as('ml', `delete from ${table}`), table).toBe(DENIED);
    expect(await as('ml', `truncate ${table}`), table).toBe(DENIED);
    if (['training_runs', 'predictions', 'prediction_requests'].includes(table)) continue;
    expect(await as('ml', `insert into ${table} default values`), table).toBe(DENIED);
  }
  expect(await as('ml', `update span_annotations set label = 'x'`)).toBe(DENIED);
  expect(await as('ml', `update candles set open = 1`)).toBe(DENIED);
});

test('ml takes back a run of its own until a person has reviewed a prediction', async () => {
  const NO_RUN = 'P0002';
  const IN_USE = '55006';
  expect(await as('ml', 'select delete_unreviewed_run(1)')).toBe(NO_RUN);
  const [run] = await own.db.execute<{ id: number; chart: number }>(`
    with run as (insert into training_runs (params) values ('{}') returning id),
    chart as (insert into charts (name) values ('reviewed') returning id)
    select run.id, chart.id as chart from run, chart`);
  const { id, chart } = run!;
  await own.db.execute(`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${chart}, ${id}, now(), now(), 'custom', 0.5)`);
  expect(await as('ml', `select delete_unreviewed_run(${id})`)).toBeNull();
  expect(await as('reader', `select delete_unreviewed_run(${id})`)).toBe(DENIED);
  await own.db.execute(`
    update predictions set status = 'dismissed', span_uid = gen_random_uuid()
    where training_run_id = ${id}`);
  expect(await as('ml', `select delete_unreviewed_run(${id})`)).toBe(IN_USE);
});

test('ml takes back predictions that nobody has reviewed, and no others', async () => {
  const [made] = await own.db.execute<{ chart: number; run: number }>(`
    with run as (insert into training_runs (params) values ('{}') returning id),
    chart as (insert into charts (name) values ('replaced') returning id),
    rows as (
      insert into predictions (chart_id, training_run_id, start_time, end_time, label, score, status, span_uid)
      select chart.id, run.id, now(), now(), 'custom', 0.5, status, span
      from run, chart, (values ('new', null), ('dismissed', gen_random_uuid())) as v(status, span)
    )
    select run.id as run, chart.id as chart from run, chart`);
  const { chart, run } = made!;
  const all = `array(select id from predictions)`;
  const call = `select delete_unreviewed_predictions(${chart}, ${run}, ${all})`;
  expect(await as('reader', call)).toBe(DENIED);
  const left = await own.db.transaction(async (tx) => {
    await tx.execute('set local role ml');
    await tx.execute(call);
    return await tx.execute(`select status from predictions where chart_id = ${chart}`);
  });
  expect([...left]).toEqual([{ status: 'dismissed' }]);
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
