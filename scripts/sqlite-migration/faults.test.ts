import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { buildFile, candlesOf, type Filler, HOUR, START } from './testing/build';
import { startCommand } from './testing/command';
import { type TestMigration, testMigration } from './testing/migration';

let at: TestMigration;
beforeEach(async () => {
  at = await testMigration();
});
afterEach(() => at.close());

const small: Filler = ({ add }) => {
  add('charts', { id: 3, name: 'EURUSD', created_at: START });
  add('candles', ...candlesOf(3, 30));
  const span = { chart_id: 3, start_time: START, end_time: START + HOUR, created_at: START };
  add('span_annotations', { ...span, label: 'bull_flag' }, { ...span, label: 'mine' });
  add('annotations', { chart_id: 3, timestamp: START, label_type: 'break_up', created_at: START });
};
const smallFile = (name = 'candles.db') => buildFile(at.path(name), 'R5', small);
const counts = () =>
  at.rows(`select (select count(*)::int from charts) as charts, (select count(*)::int from candles) as candles,
    (select count(*)::int from span_annotations) as spans, (select count(*)::int from sqlite_migrations) as moves`);
const UNTOUCHED = [{ charts: 0, candles: 0, spans: 0, moves: 0 }];
const MOVED = [{ charts: 1, candles: 30, spans: 2, moves: 1 }];

describe('files that cannot be moved are told apart, and the database stays as it was', () => {
  afterEach(async () => expect(await counts()).toEqual(UNTOUCHED));

  test.each([
    ['missing', async () => {}, 'There is no file'],
    ['a folder', (path: string) => mkdir(path), 'is a folder'],
    ['empty', (path: string) => writeFile(path, ''), 'is empty'],
    [
      'no database',
      (path: string) => writeFile(path, 'time,open,high,low,close\n'.repeat(9)),
      'is not a SQLite database',
    ],
    [
      'somebody else’s',
      async (path: string) => void buildFile(path, 'create table songs (id)'),
      'neither candles nor annotations (its tables: songs)',
    ],
    ['of UTF-16', async (path: string) => void buildFile(path, 'R5').length, ''],
  ])('%s', async (_name, make, message) => {
    const path = at.path('candles.db');
    await make(path);
    if (message === '') {
      const bytes = await readFile(path);
      bytes.writeUInt32BE(2, 56);
      await writeFile(path, bytes);
    }
    await expect(at.attempt(path)).rejects.toThrow(message || 'UTF-16');
  });

  test('cut off', async () => {
    const path = buildFile(at.path('candles.db'), 'R5', (file) => {
      small(file);
      file.add('candles', ...candlesOf(3, 3000).slice(30));
    });
    await truncate(path, 60_000);
    await expect(at.attempt(path)).rejects.toThrow('damaged');
  });

  test('with any one of its pages overwritten', async () => {
    const path = buildFile(at.path('candles.db'), 'R5', (file) => {
      small(file);
      file.add('candles', ...candlesOf(3, 600).slice(30));
    });
    const whole = await readFile(path);
    let damaged = 0;
    for (let page = 1; page * 4096 < whole.length; page++) {
      const bytes = Buffer.from(whole).fill(0xa5, page * 4096, (page + 1) * 4096);
      await writeFile(path, bytes);
      // One that holds nothing that is moved does no harm.
      const error = await at.attempt(path, { dryRun: true }).then(() => null, String);
      if (error === null) continue;
      expect(error, `page ${page}`).toContain('The SQLite file is damaged');
      damaged++;
    }
    expect(damaged).toBeGreaterThan(20);
  });

  test('open in another process', async () => {
    const path = smallFile();
    const holder = spawn('tail', ['-f', path], { stdio: 'ignore' });
    onTestFinished(() => void holder.kill());
    await expect.poll(() => readFile(`/proc/${holder.pid}/cmdline`, 'utf8')).toContain('tail');
    await expect(at.attempt(path, { yes: false })).rejects.toThrow(
      `is open in process ${holder.pid} (tail -f`,
    );
  });

  test('being written to, whether or not the app is said to have stopped', async () => {
    const path = smallFile();
    await writeFile(`${path}-wal`, 'x');
    const writer = setInterval(() => appendFileSync(`${path}-wal`, 'x'), 1);
    for (const yes of [true, false]) {
      await expect(at.attempt(path, { yes })).rejects.toThrow('is being written to');
    }
    clearInterval(writer);
  });

  test('no database, nobody to ask, a no', async () => {
    const path = smallFile();
    const url = 'postgres://nobody@127.0.0.1:9/none';
    await expect(at.attempt(path, { url })).rejects.toThrow(
      'PostgreSQL at 127.0.0.1:9 (database none) cannot be reached',
    );
    const confirm = async () => false;
    await Promise.all([
      expect(at.attempt(path, { yes: false })).rejects.toThrow('Add --yes'),
      expect(at.attempt(path, { yes: false, confirm })).rejects.toThrow('Nothing was written'),
    ]);
    expect(
      (await readdir(tmpdir())).filter((name) =>
        name.startsWith(`candle-annotator-migrate-${process.pid}-`),
      ),
    ).toEqual([]);
  });
});

test('the app wrote to the file after it was copied: that is no success', async () => {
  const path = smallFile();
  const out = {
    write(text: string) {
      if (text.includes('PRIMARY KEY')) appendFileSync(path, 'x');
    },
  };
  await expect(at.attempt(path, { out })).rejects.toThrow('the old app has written to it');
});

test('a second run changes nothing, another file is refused, foreign data too', async () => {
  const path = smallFile();
  await at.migrate(path);
  const state = () =>
    at.rows(
      'select c.xmin, s.xmin, m.xmin, c.data_rev from charts c, span_annotations s, sqlite_migrations m',
    );
  const before = await state();
  const again = await at.attempt(path);
  expect(again).toMatchObject({
    code: 0,
    output: expect.stringContaining('has been moved and verified already'),
  });
  expect(await state()).toEqual(before);
  const other = buildFile(at.path('other.db'), 'R3', small);
  await expect(at.attempt(other)).rejects.toThrow('This database holds another SQLite file');
  expect(await state()).toEqual(before);

  const foreign = await testMigration();
  onTestFinished(() => foreign.close());
  await foreign.rows("insert into charts (name) values ('Mine')");
  await expect(foreign.attempt(path)).rejects.toThrow(
    'already holds data that did not come from this file: 1 charts',
  );
  expect(await foreign.rows('select name from charts')).toEqual([{ name: 'Mine' }]);
});

test('two at once: one waits, then finds everything done', async () => {
  const path = smallFile();
  const both = await Promise.all([
    at.attempt(path),
    at.attempt(path, { reportFolder: () => at.path('other') }),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.filter(({ output }) => output.includes('moved and verified already'))).toHaveLength(
    1,
  );
  expect(await counts()).toEqual(MOVED);
});

test('a dry run verifies everything and leaves not even a table', async () => {
  await at.rows('drop schema public cascade');
  await at.rows('drop schema drizzle cascade');
  await at.rows('create schema public');
  const { code, report, output } = await at.migrate(smallFile(), { dryRun: true, yes: false });
  expect([code, report.result, report.dryRun]).toEqual([0, 'PASS', true]);
  expect(report.checks.length).toBeGreaterThan(8);
  expect(output).toContain('nothing was kept');
  expect(
    await at.rows("select relname from pg_class where relnamespace = 'public'::regnamespace"),
  ).toEqual([]);
  expect((await at.migrate(smallFile('same.db'))).code).toBe(0);
});

test('verification sees the smallest change, and says where', async () => {
  const path = smallFile();
  await at.migrate(path);
  const changes = {
    'update candles set open = open + 1e-12 where time = (select min(time) from candles)':
      'row 1 (chart 3, time 1599998400): open is 101.000000000001, not 101',
    'delete from candles where time = (select max(time) from candles)': 'row 30 is missing',
    'insert into candles values (3, now(), 1, 1, 1, 1)': 'a candle that the file has not',
    "update span_annotations set notes = 'x' where id = 2": 'row 2: notes is "x", not null',
    'delete from span_annotations where id = 1': 'row 1 is missing',
    "update revisions set after = '{}'": 'rows have no true line in the log',
    "update charts set name = 'x'": 'chart 3 “EURUSD”',
    "update span_label_types set name = 'x' where name = 'mine'":
      'undefined is not {"id":9,"name":"mine"',
    'delete from candle_tiles': '"hasTiles":false',
    'alter table candles drop constraint candles_chart_id_charts_id_fk':
      'candles_chart_id_charts_id_fk (candles: FOREIGN KEY',
  };
  for (const change of Object.keys(changes)) await at.rows(change);
  await at.rows("update sqlite_migrations set phase = 'verifying'");
  const message = await at.attempt(path).then(String, (error: Error) => error.message);
  for (const found of Object.values(changes)) expect(message).toContain(found);
});

test('afterwards every table takes rows, and its rules are those of a new database', async () => {
  const fresh = await testDatabase();
  await at.migrate(smallFile());
  const rules = `select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as rule, convalidated
    from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`;
  const indexes = `select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`;
  const columns = `select table_name, column_name, is_nullable, column_default, data_type
    from information_schema.columns where table_schema = 'public' order by 1, 2`;
  const { default: postgres } = await import('postgres');
  const sql = postgres(fresh.url, { max: 1 });
  for (const query of [rules, indexes, columns]) {
    expect(await at.rows(query)).toEqual([...(await sql.unsafe(query))].map((row) => ({ ...row })));
  }
  await sql.end();
  await fresh.close();
  const [chart] = await at.rows<{ id: number }>(
    "insert into charts (name) values ('new') returning id",
  );
  expect(chart?.id).toBe(4);
  const id = chart?.id;
  for (const insert of [
    `candles values (${id}, now(), 1, 1, 1, 1, null)`,
    `candle_tiles values (${id}, 60, 0, 0, now(), 1, '')`,
    `annotation_types (name, display_name, color, category) values ('n', 'N', '#000000', 'line')`,
    `annotations (uid, chart_id, time, label_type, rev) values (gen_random_uuid(), ${id}, now(), 'n', 1)`,
    `span_label_types (name, display_name, color) values ('n', 'N', '#000000')`,
    `span_annotations (uid, chart_id, start_time, end_time, label, rev) values (gen_random_uuid(), ${id}, now(), now(), 'n', 1)`,
    `revisions (chart_id, rev, uid, entity, op, actor) values (${id}, 1, gen_random_uuid(), 'span', 'create', 'local')`,
    `training_runs (params) values ('{}')`,
    `predictions (chart_id, training_run_id, start_time, end_time, label, score) select ${id}, max(id), now(), now(), 'n', 1 from training_runs`,
  ]) {
    await at.rows(`insert into ${insert}`);
  }
  const [span] = await at.rows<{ id: number }>('select max(id) as id from span_annotations');
  expect(span?.id).toBe(3);
});

describe('the command', () => {
  test('says how it is used, and ends with 1', async () => {
    const { code, output } = await startCommand(at.url, ['--what']).ended;
    expect(code).toBe(1);
    expect(output).toContain('Usage: npm run migrate:sqlite -- PATH');
  });

  test('ends with 2 after rejects, and with 1 before them', async () => {
    const path = buildFile(at.path('candles.db'), 'R5', (file) => {
      small(file);
      file.add('candles', { chart_id: 99, time: START, open: 1, high: 1, low: 1, close: 1 });
    });
    const first = await startCommand(at.url, [path, '--yes', '--report', at.report]).ended;
    expect(first).toMatchObject({
      code: 1,
      output: expect.stringContaining('1 × chart_id: there is no chart N'),
    });
    expect(await counts()).toEqual(UNTOUCHED);
    const args = [path, '--yes', '--accept-rejects', '--report', at.report];
    expect(await startCommand(at.url, args).ended).toMatchObject({ code: 2 });
    const report = await readFile(join(at.report, 'report.txt'), 'utf8');
    expect(report.trimEnd().split('\n').at(-1)).toBe('PASS');
    expect(report).toContain('The way back');
    expect(await counts()).toEqual(MOVED);
  });

  test('moves into the built-in PostgreSQL when DATABASE_URL is not set', async () => {
    const path = smallFile();
    const more = { DATA_DIR: at.path('data') };
    const args = [path, '--yes', '--report', at.report];
    const { code, output } = await startCommand(null, args, more).ended;
    expect([code, output]).toEqual([0, expect.stringContaining('candle_annotator at 127.0.0.1')]);
    const again = await startCommand(null, args, more).ended;
    expect(again).toMatchObject({
      code: 0,
      output: expect.stringContaining('moved and verified already'),
    });
  }, 120_000);
});
