import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from './db/testing';
import { errorReason } from './error-reason';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was thrown',
    (error) => errorReason(error),
  );

test('of a statement is what PostgreSQL said, not the statement', async () => {
  expect(await thrown(database.db.execute(sql`select 1 / 0`))).toBe('division by zero');
  const twice = sql`insert into users (id, name) values ('local', 'Again')`;
  expect(await thrown(database.db.execute(twice))).toBe(
    'duplicate key value violates unique constraint "users_pkey" (Key (id)=(local) already exists.)',
  );
});

test('of anything else is its message, or what there is in its place', () => {
  expect(errorReason(new Error('a sentence'))).toBe('a sentence');
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  expect(errorReason(new AggregateError([refused]))).toBe('ECONNREFUSED');
  expect(errorReason('text')).toBe('text');
});
