import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildFile, buildWalFile, candlesOf, type Filler, HOUR, START } from './testing/build';
import { type TestMigration, testMigration } from './testing/migration';

let at: TestMigration;
beforeEach(async () => {
  at = await testMigration();
});
afterEach(() => at.close());

const LINE = '{"startTime":1600000400.5,"startPrice":101.25,"endTime":1599999000,"endPrice":99.5}';
const CHARTS: Filler = ({ add }) => {
  add(
    'charts',
    { id: 3, name: 'EURUSD', created_at: START },
    { id: 7, name: 'Empty', created_at: START },
  );
  add('candles', ...candlesOf(3, 30));
};
const PASSED = (table: string, rows: number) => ({
  [table]: { read: rows, stored: rows, rejected: 0 },
});

test('R0: everything goes under a chart named Imported Data', async () => {
  const path = buildFile(at.path('candles.db'), 'R0', ({ add }) => {
    add('candles', ...candlesOf(null, 50));
    add('annotations', { id: 9, timestamp: START, label_type: 'break_up', created_at: START });
    add('annotations', {
      id: 12,
      timestamp: START + HOUR,
      label_type: 'line',
      geometry: LINE,
      created_at: START,
    });
  });
  const { code, report } = await at.migrate(path);
  expect(code).toBe(0);
  expect(report).toMatchObject({
    result: 'PASS',
    source: { release: 'R0 (one chart)', unchanged: true },
  });
  expect(report.tables).toMatchObject({ ...PASSED('candles', 50), ...PASSED('annotations', 2) });
  expect(
    await at.rows('select id, name, candle_count::int, timeframe, rev::int from charts'),
  ).toEqual([{ id: 1, name: 'Imported Data', candle_count: 50, timeframe: HOUR, rev: 1 }]);
  expect(
    await at.rows(
      'select id, chart_id, label_type, color, geometry, rev::int from annotations order by id',
    ),
  ).toEqual([
    { id: 9, chart_id: 1, label_type: 'break_up', color: null, geometry: null, rev: 1 },
    { id: 12, chart_id: 1, label_type: 'line', color: null, geometry: JSON.parse(LINE), rev: 1 },
  ]);
});

test('R1: the file’s own words for a type win over the seeded ones', async () => {
  const path = buildFile(at.path('candles.db'), 'R1', ({ add }) => {
    add('candles', ...candlesOf(null, 3));
    add(
      'annotation_types',
      {
        id: 1,
        name: 'break_up',
        display_name: 'Ausbruch',
        color: '#00ff00',
        category: 'arrow',
        icon: 'ArrowUp',
      },
      { id: 4, name: 'gap', display_name: 'Gap', color: null, category: null, icon: null },
    );
    add('annotations', {
      timestamp: START,
      label_type: 'trend',
      geometry: LINE,
      created_at: START,
    });
  });
  const { code, report } = await at.migrate(path);
  expect(code).toBe(0);
  expect(report.tables.annotation_types).toMatchObject({ read: 2, stored: 2, rejected: 0 });
  const types = await at.rows(
    'select id, name, display_name, color, category, icon from annotation_types order by id',
  );
  expect(types).toEqual([
    {
      id: 1,
      name: 'break_up',
      display_name: 'Ausbruch',
      color: '#00ff00',
      category: 'marker',
      icon: 'arrow-up',
    },
    expect.objectContaining({ id: 2, name: 'break_down', display_name: 'Break down' }),
    expect.objectContaining({ id: 3, name: 'line', category: 'line' }),
    {
      id: 4,
      name: 'gap',
      display_name: 'Gap',
      color: expect.stringMatching(/^#/),
      category: 'marker',
      icon: null,
    },
    expect.objectContaining({ id: 5, name: 'level', category: 'level' }),
    expect.objectContaining({ id: 6, name: 'rectangle', category: 'rectangle' }),
    expect.objectContaining({ id: 7, name: 'trend', display_name: 'Trend', category: 'line' }),
  ]);
});

test('R2: charts keep their ids, an empty one as well', async () => {
  const { code } = await at.migrate(buildFile(at.path('candles.db'), 'R2', CHARTS));
  expect(code).toBe(0);
  expect(
    await at.rows(
      'select id, name, candle_count::int, timeframe, price_precision from charts order by id',
    ),
  ).toEqual([
    {
      id: 3,
      name: 'EURUSD',
      candle_count: 30,
      timeframe: HOUR,
      price_precision: expect.any(Number),
    },
    { id: 7, name: 'Empty', candle_count: 0, timeframe: null, price_precision: 2 },
  ]);
  expect(
    await at.rows('select count(*)::int as n from candle_tiles where chart_id = 3'),
  ).not.toEqual([{ n: 0 }]);
});

test('R3 and R5: spans with every old habit of theirs', async () => {
  const span = {
    chart_id: 3,
    start_time: START,
    end_time: START + 5 * HOUR,
    label: 'bull_flag',
    created_at: START + 1,
  };
  const path = buildFile(at.path('candles.db'), 'R5', (file) => {
    CHARTS(file);
    file.add(
      'span_label_types',
      {
        id: 1,
        name: 'bull_flag',
        display_name: 'Bulle',
        color: '#010203',
        hotkey: '9',
        sort_order: 5,
        created_at: START,
      },
      {
        id: 20,
        name: 'mine',
        display_name: 'Mine',
        color: '#040506',
        hotkey: '1',
        is_active: 0,
        created_at: START,
      },
      {
        id: 21,
        name: 'other',
        display_name: 'Other',
        color: '#070809',
        hotkey: '9',
        created_at: START,
      },
    );
    file.add(
      'span_annotations',
      {
        id: 5,
        ...span,
        confidence: 4,
        outcome: 'win',
        notes: 'a “note”',
        sub_spans: '[{"pole":[1,2.50]}]',
      },
      { id: 6, ...span, label: 'O', source: 'human_correction' },
      { id: 7, ...span, label: 'Bullish Engulfing', source: 'talib', confidence: 1 },
      {
        id: 8,
        ...span,
        source: 'programmatic',
        confidence: 0.85,
        model_prediction: '{"label":"x"}',
      },
      {
        id: 9,
        ...span,
        source: 'whoever',
        start_time: START + 9 * HOUR,
        confidence: 1,
        outcome: '',
        notes: '',
      },
      {
        id: 10,
        ...span,
        source: '',
        confidence: 9,
        outcome: 'pending',
        model_prediction: '{"label":',
      },
    );
  });
  const { code, report } = await at.migrate(path);
  expect(code).toBe(0);
  expect(report.tables.span_annotations).toMatchObject({ read: 6, stored: 6, rejected: 0 });
  expect(Object.keys(report.tables.span_annotations?.conversions ?? {}).sort()).toEqual([
    'confidence: 0 to 1 made 1 to 5, the number itself kept in model_prediction',
    'confidence: outside 1 to 5, moved to the notes',
    'model_prediction: JSON of another form wrapped',
    'notes: empty text read as NULL',
    'outcome: empty text read as NULL',
    'outcome: unknown word moved to the notes',
    'source: no source: a person',
    'start_time: start and end swapped',
  ]);
  const rows = await at.rows(
    `select id, label, source, confidence, outcome, notes, sub_spans, model_prediction as model,
       extract(epoch from start_time)::int as start, extract(epoch from end_time)::int as end
     from span_annotations order by id`,
  );
  const usual = {
    label: 'bull_flag',
    source: 'human',
    confidence: null,
    outcome: null,
    notes: null,
    sub_spans: null,
    model: null,
  };
  const times = { start: START, end: START + 5 * HOUR };
  expect(rows).toEqual([
    {
      id: 5,
      ...usual,
      ...times,
      confidence: 4,
      outcome: 'win',
      notes: 'a “note”',
      sub_spans: [{ pole: [1, 2.5] }],
    },
    { id: 6, ...usual, ...times, label: 'O', source: 'human_correction' },
    {
      id: 7,
      ...usual,
      ...times,
      label: 'Bullish Engulfing',
      source: 'talib',
      confidence: 5,
      model: { label: 'Bullish Engulfing', confidence: 1 },
    },
    {
      id: 8,
      ...usual,
      ...times,
      source: 'programmatic',
      confidence: 4,
      model: { label: 'x', confidence: 0.85 },
    },
    {
      id: 9,
      ...usual,
      source: 'whoever',
      confidence: 1,
      start: START + 5 * HOUR,
      end: START + 9 * HOUR,
    },
    {
      id: 10,
      ...usual,
      ...times,
      notes: 'outcome: pending\nconfidence: 9',
      model: { _raw: '{"label":' },
    },
  ]);
  const labels = await at.rows(
    'select id, name, display_name, hotkey, is_active from span_label_types order by id',
  );
  expect(labels).toEqual(
    expect.arrayContaining([
      { id: 1, name: 'bull_flag', display_name: 'Bulle', hotkey: '9', is_active: true },
      { id: 20, name: 'mine', display_name: 'Mine', hotkey: '1', is_active: false },
      { id: 21, name: 'other', display_name: 'Other', hotkey: null, is_active: true },
      expect.objectContaining({ name: 'Bullish Engulfing', display_name: 'Bullish Engulfing' }),
      expect.objectContaining({ id: 2, name: 'bear_flag', hotkey: '2' }),
    ]),
  );
  expect(labels.map(({ name }) => name)).not.toContain('O');
});

test('R3 without the columns of R5 lacks nothing', async () => {
  const path = buildFile(at.path('candles.db'), 'R3', (file) => {
    CHARTS(file);
    file.add('span_annotations', {
      chart_id: 3,
      start_time: START,
      end_time: START,
      label: 'custom',
      created_at: START,
    });
  });
  const { report } = await at.migrate(path);
  expect(report.source.release).toBe('R3 (spans)');
  expect(await at.rows('select source, color from span_annotations')).toEqual([
    { source: 'human', color: '#2196F3' },
  ]);
});

test('what the log says of a moved row is what a saved row would have left', async () => {
  const path = buildFile(at.path('candles.db'), 'R5', (file) => {
    CHARTS(file);
    file.add('annotations', {
      chart_id: 3,
      timestamp: START,
      label_type: 'line',
      geometry: LINE,
      created_at: START,
    });
    file.add('span_annotations', {
      chart_id: 3,
      start_time: START,
      end_time: START,
      label: 'custom',
      created_at: START,
    });
  });
  await at.migrate(path);
  const { callerFor } = await import('@/server/root');
  const { connect } = await import('@/lib/db');
  const { db, close } = connect(at.url);
  const owner = callerFor({ db, actor: { id: 'local', role: 'owner' } });
  const [span] = await owner.spans.list({ chartId: 3, from: 0, to: 4e9 });
  const [line] = await owner.annotations.list({ chartId: 3, from: 0, to: 4e9 });
  await owner.spans.save({
    chartId: 3,
    diff: { deleted: [{ uid: span!.uid, rev: 1 }] },
  });
  await close();
  const log = await at.rows(
    'select rev::int, entity, op, before, after, actor from revisions order by rev, entity',
  );
  expect(log).toEqual([
    { rev: 1, entity: 'annotation', op: 'create', before: null, after: line, actor: 'local' },
    { rev: 1, entity: 'span', op: 'create', before: null, after: span, actor: 'local' },
    { rev: 2, entity: 'span', op: 'delete', before: span, after: null, actor: 'local' },
  ]);
});

test('rows that only the -wal holds come along, and nothing beside the file changes', async () => {
  const add =
    (from: number): Filler =>
    ({ add: insert }) =>
      insert('candles', ...candlesOf(3, from + 20).slice(from));
  const path = await buildWalFile(
    at.path('with wal.db'),
    'R2',
    (file) => {
      file.add('charts', { id: 3, name: 'Live', created_at: START });
      add(0)(file);
    },
    add(20),
  );
  const hash = async (name: string) =>
    createHash('sha256')
      .update(await readFile(name))
      .digest('hex');
  const before = [await hash(path), await hash(`${path}-wal`), await readdir(at.folder)];
  const { code, report } = await at.migrate(path);
  expect([code, report.tables.candles?.stored]).toEqual([0, 40]);
  expect(report.source.files.map((file) => file.sha256)).toEqual(before.slice(0, 2));
  const files = (await readdir(at.folder)).filter((name) => name !== 'report');
  expect([await hash(path), await hash(`${path}-wal`), files]).toEqual(before);
});

test('a folder that nobody may write to is no obstacle', async () => {
  const path = buildFile(at.path('candles.db'), 'R2', CHARTS);
  await chmod(path, 0o400);
  await chmod(at.folder, 0o500);
  const report = await mkdtemp(join(tmpdir(), 'report '));
  const { code } = await at.attempt(path, { reportFolder: () => report });
  await chmod(at.folder, 0o700);
  await rm(report, { recursive: true });
  expect(code).toBe(0);
});

test('uids are the same whenever the same file is moved', async () => {
  const path = buildFile(at.path('candles.db'), 'R5', (file) => {
    CHARTS(file);
    file.add('span_annotations', {
      chart_id: 3,
      start_time: START,
      end_time: START,
      label: 'custom',
      created_at: START,
    });
  });
  await at.migrate(path);
  const other = await testMigration();
  await other.migrate(path);
  const query = 'select uid, id from span_annotations';
  const [mine, theirs] = [await at.rows(query), await other.rows(query)];
  await other.close();
  expect(mine).toHaveLength(1);
  expect(theirs).toEqual(mine);
});
