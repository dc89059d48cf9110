import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableColumns, getTableName, is, sql, Table } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DISTRIBUTED, REFERENCE } from './distribution';
import * as schema from './schema';
import { testDatabase } from './testing';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.close());

const tables = Object.values(schema).filter((value) => is(value, Table));

describe('the schema and the migrations', () => {
  test('agree: there is nothing to generate', () => {
    const copy = mkdtempSync(join(tmpdir(), 'candle-annotator-drift-'));
    try {
      for (const part of [
        'drizzle',
        'drizzle.config.ts',
        'src/lib',
        'package.json',
        'tsconfig.json',
      ]) {
        cpSync(part, join(copy, part), { recursive: true });
      }
      symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
      const before = readdirSync(join(copy, 'drizzle'));
      const program = join(process.cwd(), 'node_modules/drizzle-kit/bin.cjs');
      // With its input closed it fails where it would ask whether a column was renamed.
      const said = execFileSync(process.execPath, [program, 'generate'], {
        cwd: copy,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(said).toContain('No schema changes');
      expect(readdirSync(join(copy, 'drizzle'))).toEqual(before);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test('agree: the migrated database has these columns and no others', async () => {
    const columns = await own.db.execute(sql`
      select table_name || '.' || column_name as name, is_nullable = 'NO' as required
      from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);
    const expected = tables.flatMap((table) =>
      Object.values(getTableColumns(table)).map((column) => ({
        name: `${getTableName(table)}.${column.name}`,
        required: column.notNull,
      })),
    );
    const byName = (a: { name: unknown }, b: { name: unknown }) =>
      String(a.name) < String(b.name) ? -1 : 1;
    expect([...columns].map((row) => ({ ...row })).sort(byName as never)).toEqual(
      expected.sort(byName),
    );
  });
});

describe('can be distributed by chart_id', () => {
  test.each(DISTRIBUTED)('every unique key of %s holds chart_id', async (table) => {
    const keys = await own.db.execute<{ name: string; columns: string[] }>(sql`
      select c.relname as name, array_agg(a.attname) as columns
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = ${table}::regclass and i.indisunique group by 1`);
    expect(keys.length).toBeGreaterThan(0);
    for (const { name, columns } of keys) expect(columns, name).toContain('chart_id');
  });

  test.each(DISTRIBUTED)(
    '%s has no trigger and no exclusion, and nothing refers to it',
    async (table) => {
      expect(
        await own.db.execute(sql`
        select tgname from pg_trigger where tgrelid = ${table}::regclass and not tgisinternal
        union all
        select conname from pg_constraint
          where conrelid = ${table}::regclass and contype = 'x' or confrelid = ${table}::regclass`),
      ).toHaveLength(0);
    },
  );

  test.each([...DISTRIBUTED, ...REFERENCE])('%s has no identity column', async (table) => {
    const found = await own.db.execute(sql`
      select attname from pg_attribute where attrelid = ${table}::regclass and attidentity <> ''`);
    expect(found, 'Citus takes no table with an identity column; give it a sequence').toEqual([]);
  });

  test.each(DISTRIBUTED)('%s refers to reference tables alone', async (table) => {
    const targets = await own.db.execute<{ target: string }>(sql`
      select confrelid::regclass::text as target from pg_constraint
      where conrelid = ${table}::regclass and contype = 'f'`);
    expect(targets.length).toBeGreaterThan(0);
    for (const { target } of targets) expect([...REFERENCE]).toContain(target);
  });

  test.each(REFERENCE)('%s refers to reference tables alone', async (table) => {
    const targets = await own.db.execute<{ target: string }>(sql`
      select confrelid::regclass::text as target from pg_constraint
      where conrelid = ${table}::regclass and contype = 'f'`);
    for (const { target } of targets) expect([...REFERENCE]).toContain(target);
  });
});

describe('values that no reader could show are refused by the database itself', () => {
  const CHECK = '23514';
  const refused = async (statement: string) => {
    try {
      await own.db.execute(statement);
      return null;
    } catch (error) {
      return ((error as Error).cause as { code?: string }).code;
    }
  };
  beforeAll(async () => {
    await own.db.execute(`insert into charts (id, name) values (77, 'c')`);
    await own.db.execute(`insert into training_runs (id, params) values (77, '{}')`);
  });

  const candle = (values: string) =>
    `insert into candles (chart_id, time, open, high, low, close, volume) values (77, ${values})`;
  test.each(['NaN', 'Infinity', '-Infinity'])('%s in a candle', async (value) => {
    const numbers = ['1', '1', '1', '1', '1'];
    for (const at of numbers.keys()) {
      const all = numbers.with(at, `'${value}'`);
      expect(await refused(candle(`now(), ${all.join(', ')}`))).toBe(CHECK);
    }
    for (const time of ['infinity', '-infinity', '10000-01-01', '0001-01-01 BC']) {
      expect(await refused(candle(`'${time}', ${numbers.join(', ')}`)), time).toBe(CHECK);
    }
  });
  test('a candle without volume, and one whose high does not enclose, are none of these', async () => {
    expect(await refused(candle(`now(), 5, 4, 3, 6, null`))).toBeNull();
  });

  const span = (columns: string, values: string) =>
    `insert into span_annotations (uid, chart_id, rev, ${columns}) values (gen_random_uuid(), 77, 1, ${values})`;
  test.each([
    ['an end before its start', 'start_time, end_time, label', `now(), now() - interval '1s', 'a'`],
    ['no end', 'start_time, end_time, label', `now(), 'infinity', 'a'`],
    ['confidence 0', 'start_time, end_time, label, confidence', `now(), now(), 'a', 0`],
    ['confidence 6', 'start_time, end_time, label, confidence', `now(), now(), 'a', 6`],
    ['an outcome of its own', 'start_time, end_time, label, outcome', `now(), now(), 'a', 'draw'`],
    ['parts that are no list', 'start_time, end_time, label, sub_spans', `now(), now(), 'a', '{}'`],
    [
      'a prediction in quotes',
      'start_time, end_time, label, model_prediction',
      `now(), now(), 'a', '"{}"'`,
    ],
  ])('a span with %s', async (_, columns, values) => {
    expect(await refused(span(columns, values))).toBe(CHECK);
  });

  test.each([
    '[]',
    '"{}"',
    '{}',
    '{"startTime": 1, "startPrice": 1, "endTime": 1}',
    '{"startTime": 1, "startPrice": "1", "endTime": 1, "endPrice": 2}',
  ])('the geometry %s', async (geometry) => {
    const insert = `insert into annotations (uid, chart_id, rev, time, label_type, geometry) values (gen_random_uuid(), 77, 1, now(), 'line', '${geometry}')`;
    expect(await refused(insert)).toBe(CHECK);
  });

  const prediction = (columns: string, values: string) =>
    `insert into predictions (chart_id, training_run_id, label, ${columns}) values (77, 77, 'a', ${values})`;
  test.each([
    ['a score of NaN', 'start_time, end_time, score', `now(), now(), 'NaN'`],
    ['a score over 1', 'start_time, end_time, score', `now(), now(), 1.1`],
    ['an end before its start', 'start_time, end_time, score', `now(), now() - interval '1s', 0`],
    ['a status of its own', 'start_time, end_time, score, status', `now(), now(), 0, 'maybe'`],
    [
      'a review without its span',
      'start_time, end_time, score, status',
      `now(), now(), 0, 'confirmed'`,
    ],
  ])('a prediction with %s', async (_, columns, values) => {
    expect(await refused(prediction(columns, values))).toBe(CHECK);
  });

  const examined = (columns: string, values: string) =>
    `insert into examined_ranges (uid, chart_id, rev, created_by, ${columns}) values (gen_random_uuid(), 77, 1, 'local', ${values})`;
  test.each([
    [
      'an end before its start',
      'start_time, end_time, source',
      `now(), now() - interval '1s', 'done'`,
    ],
    ['a source of its own', 'start_time, end_time, source', `now(), now(), 'guess'`],
    ['no end', 'start_time, end_time, source', `now(), 'infinity', 'done'`],
    ['an empty label set', 'start_time, end_time, source, label_set', `now(), now(), 'done', '{}'`],
    [
      'a label without a name',
      'start_time, end_time, source, label_set',
      `now(), now(), 'done', '{a,null}'`,
    ],
  ])('an examined range with %s', async (_, columns, values) => {
    expect(await refused(examined(columns, values))).toBe(CHECK);
  });

  test('a run in no known state, or further than done', async () => {
    expect(await refused(`update training_runs set status = 'lost'`)).toBe(CHECK);
    expect(await refused(`update training_runs set progress = 1.01`)).toBe(CHECK);
  });

  test('two active labels on one key', async () => {
    const label = (name: string, active: boolean) =>
      `insert into span_label_types (name, display_name, color, hotkey, is_active) values ('${name}', 'x', '#000000', '1', ${active})`;
    expect(await refused(label('archived', false))).toBeNull();
    expect(await refused(label('active', true))).toBe('23505');
  });
});
