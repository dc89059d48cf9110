import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from './testing';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.close());

test('every table and view says what it holds, and each column of what may be read', async () => {
  const undocumented = await own.db.execute<{ name: string }>(`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
      and obj_description(c.oid, 'pg_class') is null
    union all
    select c.relname || '.' || a.attname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and has_table_privilege('reader', c.oid, 'select')
      and col_description(c.oid, a.attnum) is null`);
  expect(undocumented.map(({ name }) => name)).toEqual([]);
});
