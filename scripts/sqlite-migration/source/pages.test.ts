import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../cli/failure';
import { buildFile } from '../testing/build';
import { type TestMove, testMove } from '../testing/move';
import { RowSource } from './cells';
import type { NumberCursor } from './number-cursor';
import { UnusualPage } from './page-tree';
import { PageCursor } from './pages';
import { openSqlite } from './sqlite';

let at: TestMove;
beforeEach(async () => {
  at = await testMove();
});
afterEach(() => at.close());

const COLUMNS = ['id', 'a', 'b', 'c'];

/** The rows by row id, each cell with its type; what is no number is only that. */
function read(cursor: NumberCursor): unknown[] {
  const rows: unknown[] = [];
  try {
    while (cursor.step()) {
      const cells = ['rowid', ...COLUMNS].map((_, i) => {
        const type = cursor.type(i);
        return [type, type <= 2 ? cursor.number(i) : null];
      });
      rows.push(cells);
    }
  } finally {
    cursor.close();
  }
  return rows;
}

/** What `work` gives, or that it found a page unusual. */
function attempt(work: () => unknown[]): unknown[] | UnusualPage {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnusualPage) return error;
    throw error;
  }
}

/** By its pages, and then by SQLite itself. */
function readBoth(path: string, after: number | null = null) {
  const file = openSqlite(path);
  try {
    const byPages = file.numbers('t', COLUMNS, after);
    expect(byPages).toBeInstanceOf(PageCursor);
    const pages = attempt(() => read(byPages));
    const cells = () => [...new RowSource(file, 't', COLUMNS).after(after)];
    const wholeRows = pages instanceof UnusualPage ? null : cells();
    file.distrust('t');
    if (wholeRows) expect(wholeRows).toEqual(cells());
    return { pages, sqlite: read(file.numbers('t', COLUMNS, after)) };
  } finally {
    file.close();
  }
}

let files = 0;
const build = (sql: string, first = '') =>
  buildFile(at.path(`${files++}.db`), first, (file) => file.sql(sql));

const cell = fc.oneof(
  fc.constantFrom('null', "''", "'1.5'", "'a'", "x'00ff'", '0', '1', '-1', '9e999', '-0.0'),
  fc.constantFrom("'ä€😀'", "cast(x'61ff62' as text)", "'a' || char(0) || 'b'", 'char(127)'),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
  fc
    .nat(47)
    .chain((bits) => fc.constantFrom(`${2 ** bits}`, `${-(2 ** bits)}`, `${2 ** bits - 1}`)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
  fc.integer({ min: 0, max: 300 }).map((length) => `'${'x'.repeat(length)}'`),
);
const type = fc.constantFrom(
  '',
  'integer',
  'real',
  'text',
  'numeric',
  'blob',
  'double',
  'floating point',
  'any',
);
const table = fc.record({
  types: fc.tuple(type, type, type),
  pageSize: fc.constantFrom(512, 1_024, 4_096, 65_536),
  rows: fc.array(fc.tuple(fc.nat(2 ** 40), cell, cell, cell), { maxLength: 400, size: 'max' }),
  removed: fc.nat(7),
});

test('whatever stands in a table, its pages hold what SQLite reads in it', () => {
  let whole = 0;
  fc.assert(
    fc.property(table, fc.nat(2 ** 40), ({ types, pageSize, rows, removed }, after) => {
      const inserts = rows.map((cells) => `insert or replace into t values (${cells.join(', ')});`);
      const path = build(
        `${inserts.join('')} delete from t where id % 8 = ${removed}; insert into other select a from t`,
        `pragma page_size = ${pageSize}; create table other (x); create table t
          (id integer primary key, a ${types[0]}, b ${types[1]}, c ${types[2]})`,
      );
      for (const from of [null, after]) {
        const { pages, sqlite } = readBoth(path, from);
        // On small pages a long text is spread over several.
        if (pageSize === 512 && rows.some((cells) => cells.join('').length > 400)) continue;
        expect(pages).toEqual(sqlite);
        whole += sqlite.length;
      }
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(whole).toBeGreaterThan(1_000);
});

test('a tree of many pages is read in the order of row ids', () => {
  const path = build(`create table t (id integer primary key, a real, b, c);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 60000)
    insert into t select (i * 7919) % 60013, i, i / 3.0, 'text ' || i from n where (i * 7919) % 60013 > 0`);
  const { pages, sqlite } = readBoth(path);
  expect(sqlite.length).toBeGreaterThan(59_000);
  expect(pages).toEqual(sqlite);
});

test('of a damaged file it reads what SQLite reads, or finds it unusual', async () => {
  const whole = await readFile(
    build(`create table t (id integer primary key, a real, b, c);
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
      insert into t select i, i / 7.0, i * i, iif(i % 9, 'text ' || i, null) from n`),
  );
  const path = at.path('damaged.db');
  const flip = fc.tuple(fc.integer({ min: 100, max: whole.length - 1 }), fc.nat(255));
  // Most of what counts is where pages begin.
  const head = fc.tuple(fc.nat(whole.length / 4096 - 1), fc.nat(15), fc.nat(255));
  let unusual = 0;
  fc.assert(
    fc.property(
      fc.array(flip, { maxLength: 3 }),
      fc.array(head, { maxLength: 2 }),
      (flips, heads) => {
        const bytes = Buffer.from(whole);
        for (const [place, byte] of flips) bytes[place] = byte;
        for (const [page, place, byte] of heads) bytes[Math.max(page * 4096, 100) + place] = byte;
        writeFileSync(path, bytes);
        let both: ReturnType<typeof readBoth>;
        try {
          both = readBoth(path);
        } catch (error) {
          // SQLite says that it is damaged.
          if (error instanceof Failure || (error as Error).name === 'SQLite3Error') return;
          throw error;
        }
        if (both.pages instanceof UnusualPage) unusual++;
        else expect(both.pages).toEqual(both.sqlite);
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
  expect(unusual).toBeGreaterThan(0);
});

describe('SQLite itself has to read', () => {
  test.each([
    ['a text that is spread over pages', `insert into t values (1, 1, 1, '${'x'.repeat(9_000)}')`],
    ['a negative row id', 'insert into t values (-5, 1, 1, 1)'],
    ['a very large row id', 'insert into t values (9007199254740993, 1, 1, 1)'],
    [
      'rows of before a column was added',
      'insert into t values (1, 1, 1, 1); alter table t rename column c to d; alter table t add column c default 5',
    ],
  ])('%s', (_, sql) => {
    const { pages, sqlite } = readBoth(
      build(`create table t (id integer primary key, a real, b, c); ${sql}`),
    );
    expect(sqlite).toHaveLength(1);
    expect(pages).toBeInstanceOf(UnusualPage);
  });

  test('a column that is computed', () => {
    const file = openSqlite(build('create table t (id integer primary key, a, b, c as (a + b))'));
    const cursor = file.numbers('t', ['a', 'b'], null);
    expect(cursor).not.toBeInstanceOf(PageCursor);
    cursor.close();
    file.close();
  });

  test('a table without row ids', () => {
    const file = openSqlite(
      build('create table t (id integer primary key, a, b, c) without rowid'),
    );
    const cursor = file.numbers('t', COLUMNS, null);
    expect(() => cursor.step()).toThrow(UnusualPage);
    cursor.close();
    file.close();
  });
});

test('a key that only looks like a row id is none', () => {
  const { pages, sqlite } = readBoth(
    build(`create table t (id integer primary key desc, a, b, c);
      insert into t values (null, 2, 3, 4), (7, 2, 3, 4)`),
  );
  expect(pages).toEqual(sqlite);
});
