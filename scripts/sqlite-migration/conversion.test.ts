import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONVERSION_RULES } from './conversion/rules';
import { buildFile, candlesOf, HOUR, LOOSE, START } from './testing/build';
import { type TestMigration, testMigration } from './testing/migration';

let at: TestMigration;
beforeEach(async () => {
  at = await testMigration();
});
afterEach(() => at.close());

/** One cell of each kind, as SQL. 7 and 70 are no charts of the file. */
const CELLS = {
  null: 'null',
  integer: '7',
  real: '7.5',
  digits: "'70'",
  words: "'nonsense'",
  empty: "''",
  nul: "cast(x'610062' as text)",
  broken: "cast(x'61ff62' as text)",
  blob: "x'00ff'",
};
type CellName = keyof typeof CELLS;

const NO_TEXT: CellName[] = ['nul', 'broken', 'blob'];
const NO_NUMBER: CellName[] = ['null', 'words', 'empty', ...NO_TEXT];
const NO_CHART: CellName[] = ['integer', 'real', 'digits', 'words', ...NO_TEXT];
const NO_NAME: CellName[] = ['null', 'empty', ...NO_TEXT];
const NO_OBJECT: CellName[] = ['integer', 'real', 'digits', 'words', ...NO_TEXT];

/** The cells that send their row to migration_rejects; any other column takes whatever comes. */
const REFUSED: Record<string, Record<string, CellName[]>> = {
  charts: {},
  candles: {
    chart_id: NO_CHART,
    time: NO_NUMBER,
    open: NO_NUMBER,
    high: NO_NUMBER,
    low: NO_NUMBER,
    close: NO_NUMBER,
  },
  annotation_types: {
    name: NO_NAME,
    display_name: NO_TEXT,
    category: NO_TEXT,
    icon: NO_TEXT,
  },
  annotations: {
    chart_id: NO_CHART,
    timestamp: NO_NUMBER,
    label_type: NO_NAME,
    geometry: NO_OBJECT,
  },
  span_label_types: { name: NO_NAME, display_name: NO_TEXT, hotkey: NO_TEXT },
  span_annotations: {
    chart_id: NO_CHART,
    start_time: NO_NUMBER,
    end_time: NO_NUMBER,
    label: NO_NAME,
    confidence: NO_TEXT,
    outcome: NO_TEXT,
    notes: NO_TEXT,
    sub_spans: NO_TEXT,
    source: NO_TEXT,
    model_prediction: NO_TEXT,
  },
};

/** A good row, as SQL; `n` makes it differ from the others. */
const goodRow: Record<string, (n: number) => Record<string, string>> = {
  charts: (n) => ({ id: `${1000 + n}`, name: `'chart ${n}'`, created_at: `${START}` }),
  candles: (n) => ({
    ...{
      chart_id: '1',
      time: `${START + n * HOUR}`,
      open: '1.5',
      high: '2',
      low: '1',
      close: '1.25',
    },
    volume: '10',
  }),
  annotation_types: (n) => ({
    id: `${n}`,
    name: `'type ${n}'`,
    display_name: `'Type'`,
    color: `'#123456'`,
  }),
  annotations: (n) => ({
    ...{
      id: `${n}`,
      chart_id: '1',
      timestamp: `${START}`,
      label_type: `'line'`,
      created_at: `${START}`,
    },
    geometry: `'{"startTime":1,"startPrice":2,"endTime":3,"endPrice":4}'`,
  }),
  span_label_types: (n) => ({
    id: `${n}`,
    name: `'label ${n}'`,
    display_name: `'Label'`,
    color: `'#123456'`,
  }),
  span_annotations: (n) => ({
    ...{ id: `${n}`, chart_id: '1', start_time: `${START}`, end_time: `${START + HOUR}` },
    ...{ label: `'custom'`, confidence: '3', source: `'human'`, created_at: `${START}` },
  }),
};

test('every kind of cell in every column is stored or refused as the table of decisions says', async () => {
  const expected: string[] = [];
  const rows: Record<string, number> = { charts: 1 };
  const path = buildFile(at.path('dirt.db'), LOOSE, ({ sql }) => {
    sql(`insert into charts values (1, 'First', ${START})`);
    for (const [table, rules] of Object.entries(CONVERSION_RULES)) {
      for (const column of Object.keys(rules)) {
        for (const [name, cell] of Object.entries(CELLS) as [CellName, string][]) {
          rows[table] = (rows[table] ?? 0) + 1;
          // A chart 7 would be found by the rows that name it.
          const value = table === 'charts' ? cell.replace('7', '6') : cell;
          const row = { ...goodRow[table]?.(rows[table]), [column]: value };
          sql(`insert into ${table} (${Object.keys(row)}) values (${Object.values(row).join()})`);
          if (REFUSED[table]?.[column]?.includes(name)) {
            expected.push(`${table} ${rows[table]} ${column}`);
          }
        }
      }
    }
  });
  await expect(at.attempt(path)).rejects.toThrow(`${expected.length} rows cannot be moved`);
  expect(await at.rows('select from charts')).toEqual([]);

  const { code, report } = await at.migrate(path, { acceptRejects: true });
  expect([code, report.result]).toEqual([2, 'PASS']);
  const rejects = await at.rows<{ what: string; reason: string; row: object; raw: Buffer | null }>(
    `select source_table || ' ' || source_rowid || ' ' || split_part(reason, ':', 1) as what, reason, row, raw
     from migration_rejects`,
  );
  expect(rejects.map(({ what }) => what).sort()).toEqual(expected.sort());
  for (const [table, count] of Object.entries(rows)) {
    const refused = expected.filter((what) => what.startsWith(`${table} `)).length;
    const tally = { read: count, stored: count - refused, rejected: refused };
    expect(report.tables).toMatchObject({ [table]: tally });
  }
  const lines = (await readFile(join(at.report, 'rejects.ndjson'), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(expected.length);
  const broken = rejects.filter(({ reason }) => reason.includes('text is broken'));
  expect(new Set(broken.map(({ raw }) => raw?.toString('hex')))).toEqual(
    new Set(['610062', '61ff62']),
  );
  expect(broken[0]?.row).toEqual(
    expect.objectContaining({
      [broken[0]?.reason.split(':')[0] ?? '']: { hex: expect.stringMatching(/^61(00|ff)62$/) },
    }),
  );
  const changes = (await readFile(join(at.report, 'changes.ndjson'), 'utf8')).trim().split('\n');
  expect(changes).toHaveLength(report.changes);
});

describe('times', () => {
  const candle = (time: unknown) =>
    ({ chart_id: 1, time, open: 1, high: 1, low: 1, close: 1 }) as never;
  const move = async (times: unknown[], acceptRejects = false) => {
    const path = buildFile(at.path('times.db'), LOOSE, ({ add }) => {
      add('charts', { id: 1, name: 'One', created_at: START });
      add('candles', ...times.map(candle));
    });
    const { report } = await at.migrate(path, { acceptRejects });
    const stored = await at.rows<{ time: number }>(
      'select extract(epoch from time)::float8 as time from candles order by 1',
    );
    const rejects = await at.rows<{ reason: string }>(
      'select reason from migration_rejects order by source_rowid',
    );
    return {
      report,
      stored: stored.map(({ time }) => time),
      reasons: rejects.map(({ reason }) => reason),
    };
  };

  test('milliseconds are told by the whole column, and a stranger in it is refused', async () => {
    const { stored, reasons } = await move(
      [START * 1000, START * 1000 + 60_500, START * 1000 + 9e9, START + 7200],
      true,
    );
    expect(stored).toEqual([START, START + 60.5, START + 9e6]);
    expect(reasons).toEqual([
      `time: ${START + 7200} looks like seconds in a column of milliseconds`,
    ]);
  });

  test('milliseconds before 1973 are small numbers and no seconds', async () => {
    const days = Array.from({ length: 40 }, (_, i) => i * 90 * 86_400_000);
    const { stored } = await move([...days, 1.7e12, 1.6e12].filter((ms) => ms === 0 || ms > 1e10));
    expect(stored).toContain(90 * 86_400 * 5);
  });

  test('seconds with milliseconds among them', async () => {
    const { stored, reasons } = await move([START, START + 60, START * 1000], true);
    expect(stored).toEqual([START, START + 60]);
    expect(reasons).toEqual([
      `time: ${START * 1000} looks like milliseconds in a column of seconds`,
    ]);
  });

  test('text, dates and fractions', async () => {
    const { stored, reasons } = await move(
      [
        `${START}`,
        ` ${START + 1}.0 `,
        START + 2.5,
        '2023-11-14',
        '2023-11-14 10:00:00',
        '2023-11-14T10:00:00.5+02:00',
        '2023-02-31',
        'noon',
        9e11,
        -62135596801,
      ],
      true,
    );
    const noon = Date.UTC(2023, 10, 14) / 1000;
    expect(stored).toEqual([
      START,
      START + 1,
      START + 2.5,
      noon,
      noon + 8 * HOUR + 0.5,
      noon + 10 * HOUR,
    ]);
    expect(reasons).toHaveLength(4);
  });

  test('of two candles with one time the newer row stays, however the times were written', async () => {
    const { stored, reasons } = await move(
      [START, START + 60, `${START}`, START, START + 60.0],
      true,
    );
    expect(stored).toEqual([START, START + 60]);
    expect(reasons).toEqual([
      'time: row 4 has the same chart and time',
      'time: row 5 has the same chart and time',
      'time: row 4 has the same chart and time',
    ]);
  });
});

test('numbers come over bit for bit, or not at all', async () => {
  const values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -1e-7, 1 / 3, 2 ** 53 - 1];
  const path = buildFile(at.path('numbers.db'), LOOSE, ({ add, sql }) => {
    add('charts', { id: 1, name: 'One', created_at: START });
    add(
      'candles',
      ...values.map((open, i) => ({
        chart_id: 1,
        time: START + i,
        open,
        high: 1,
        low: 1,
        close: 1,
        volume: i,
      })),
    );
    const literals = [
      '9e999',
      '-9e999',
      '9007199254740993',
      '9007199254740992',
      "'1e3'",
      "'1e999'",
    ];
    for (const [i, literal] of literals.entries()) {
      sql(
        `insert into candles (chart_id, time, open, high, low, close) values (1, ${START + 100 + i}, ${literal}, 1, 1, 1)`,
      );
    }
  });
  const { code, report } = await at.migrate(path, { acceptRejects: true });
  expect([code, report.result]).toEqual([2, 'PASS']);
  const stored = await at.rows<{ open: number }>('select open from candles order by time');
  const opens = stored.map(({ open }) => open);
  expect(opens.slice(0, 6).every((open, i) => Object.is(open, values[i]))).toBe(true);
  expect(opens.slice(6)).toEqual([9007199254740992, 1000]);
  const rejects = await at.rows<{ reason: string; row: { open: unknown } }>(
    'select reason, row from migration_rejects order by source_rowid',
  );
  expect(rejects.map(({ row }) => row.open)).toEqual([
    'Infinity',
    '-Infinity',
    expect.any(Number),
    '1e999',
  ]);
  expect(rejects[2]?.reason).toBe('open: 9007199254740993 has more digits than a double holds');
});

test('ids that cannot be kept get new ones, and what named a chart still finds it', async () => {
  const path = buildFile(at.path('ids.db'), LOOSE, ({ add }) => {
    add(
      'charts',
      { id: 5, name: 'Same', created_at: START },
      { id: 5_000_000_000, name: 'Same', created_at: START },
      { id: null, name: '', created_at: START },
      { id: 5, name: 'x'.repeat(300), created_at: START },
    );
    add('candles', ...candlesOf(5, 4), ...candlesOf(5_000_000_000, 5, 2));
    const span = { start_time: START, end_time: START, label: 'a', created_at: START };
    add(
      'span_annotations',
      { id: 3, chart_id: 5, ...span },
      { id: 3, chart_id: 5_000_000_000, ...span },
      { id: 2_147_483_647, chart_id: 5, ...span },
    );
  });
  const { code, report } = await at.migrate(path);
  expect([code, report.result]).toEqual([0, 'PASS']);
  expect(await at.rows('select id, name, candle_count::int as n from charts order by id')).toEqual([
    { id: 5, name: 'Same', n: 4 },
    { id: 6, name: 'Same-2', n: 5 },
    { id: 7, name: 'Chart 7', n: 0 },
    { id: 8, name: 'x'.repeat(200), n: 0 },
  ]);
  expect(await at.rows('select id, chart_id from span_annotations order by id')).toEqual([
    { id: 3, chart_id: 5 },
    { id: 4, chart_id: 6 },
    { id: 5, chart_id: 5 },
  ]);
});

test('behind a label type at the end of all places there is room for new ones', async () => {
  const path = buildFile(at.path('candles.db'), 'R5', ({ add }) => {
    add('charts', { id: 1, name: 'one', created_at: START });
    const type = { color: '#010203', created_at: START };
    add('span_label_types', {
      name: 'last',
      display_name: 'Last',
      sort_order: 2_000_000_000,
      ...type,
    });
    add('span_label_types', {
      name: 'far',
      display_name: 'Far',
      sort_order: 2_147_483_647,
      ...type,
    });
    add('span_annotations', {
      ...{
        chart_id: 1,
        start_time: START,
        end_time: START + HOUR,
        label: 'new',
        created_at: START,
      },
    });
  });
  expect((await at.migrate(path)).code).toBe(0);
  const types = await at.rows(
    "select name, sort_order from span_label_types where name in ('last', 'far', 'new') order by 2",
  );
  expect(types).toEqual([
    { name: 'far', sort_order: 2 },
    { name: 'last', sort_order: 2_000_000_000 },
    { name: 'new', sort_order: 2_000_000_001 },
  ]);
});

test('JSON is kept as written; what PostgreSQL cannot hold is wrapped or refused', async () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const parts = [
    '[{"a":1.10,"b":"é\\u00e9"}]',
    '[1e5000]',
    '["\\u0000"]',
    '["\\ud800"]',
    deep,
    '{"a":1}',
    '[1',
    'null',
    '"text"',
    '["1e5000"]',
  ];
  const path = buildFile(at.path('json.db'), LOOSE, ({ add }) => {
    add('charts', { id: 1, name: 'One', created_at: START });
    const span = { chart_id: 1, start_time: START, end_time: START, label: 'a', created_at: START };
    add('span_annotations', ...parts.map((sub_spans, i) => ({ id: i + 1, ...span, sub_spans })));
  });
  const { code, report } = await at.migrate(path);
  expect([code, report.result]).toEqual([0, 'PASS']);
  const rows = await at.rows<{ s: unknown; t: string }>(
    'select sub_spans as s, sub_spans::text as t from span_annotations order by id',
  );
  expect(rows[0]?.t).toBe('[{"a": 1.10, "b": "éé"}]');
  expect(rows.map(({ s }) => s).slice(1)).toEqual([
    [{ _raw: '[1e5000]' }],
    [{ _raw: '["\\u0000"]' }],
    [{ _raw: '["\\ud800"]' }],
    [{ _raw: deep }],
    [{ a: 1 }],
    [{ _raw: '[1' }],
    null,
    [{ _raw: '"text"' }],
    ['1e5000'],
  ]);
});

test('colours of every CSS form are stored in one', async () => {
  const colors = [
    '#ABCDEF',
    '#abc',
    'red',
    'rgb(1, 2, 3)',
    '#11223344',
    'rgba(1,2,3,0.5)',
    'nice',
    // What every object of JavaScript has by that name is no colour.
    'constructor',
    '__proto__',
    '',
  ];
  const path = buildFile(at.path('colors.db'), LOOSE, ({ add }) => {
    add('charts', { id: 1, name: 'One', created_at: START });
    const line = { chart_id: 1, timestamp: START, label_type: 'break_up', created_at: START };
    add('annotations', ...colors.map((color, i) => ({ id: i + 1, ...line, color })));
  });
  await at.migrate(path);
  const rows = await at.rows<{ color: string }>('select color from annotations order by id');
  expect(rows.map(({ color }) => color)).toEqual([
    '#ABCDEF',
    '#aabbcc',
    '#ff0000',
    '#010203',
    '#112233',
    '#010203',
    ...[null, null, null, null],
  ]);
});
