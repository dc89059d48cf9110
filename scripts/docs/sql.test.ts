import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '@/lib/db/testing';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.close());

const text = readFileSync('docs/sql.md', 'utf8');
const queries = [...text.matchAll(/^([^\n]+)\n\n```sql\n([^`]+)```/gm)].map(
  ([, title = '', query = '']) => [title, query] as const,
);

test('there are queries to try', () => {
  expect(queries.length).toBeGreaterThan(5);
});

test.each(queries)('the role reader may run it: %s', async (_title, query) => {
  await own.db.transaction(async (tx) => {
    await tx.execute('set local role reader');
    await tx.execute(query);
  });
});

test('it names every table that the role reader may read', async () => {
  const tables = await own.db.execute<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
      and has_table_privilege('reader', oid, 'select')`);
  expect(tables.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
});
