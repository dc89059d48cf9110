import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExportFormat } from '@/contract/exports';
import { annotations, charts, spanAnnotations, spanLabelTypes } from '@/lib/db/schema';
import { LOCAL_SCOPE, type Scope } from '../scope';
import { importLabelFile, type LabelFileImport } from './import-file';
import { importLabels } from './import-labels';
import type { LabelFile } from './label-file';
import { candlesOn, download, labelsOn, labelTests, makeChart, minutes } from './testing';

const ODD_TEXTS = [
  '=HYPERLINK("http://x","y")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tcmd',
  '\rcmd',
  '\ncmd',
  "'=already quoted",
  "''",
  "'plain",
  '',
  ' ',
  'a,b;c\td',
  'says "so"',
  '"',
  'line one\nline two\r\nline three',
  'ends in \r',
  'Ελληνικά 日本語 🕯️ \u202eright to left\u202c \ufeff',
  '＝1+1',
  'null',
  '123',
  '{"a":1}',
];
const JSON_PARTS = [
  [],
  [{}],
  [{ name: 'pole', start: 1_700_000_000.5, end: 1e300, deep: [{ a: null, b: [1, 'x', true] }] }],
  [
    { 'a,"b"\n': '=1', '': -0.1 },
    { z: 5e-324, a: 0.1 + 0.2 },
  ],
  ['old data has texts', 7, null],
];
const TIMES = [
  0, 60, 61.5, 119.999_999, 120, 600, 1_700_000_000.123_456, -0.000_001, -62_135_596_800,
  253_402_300_799, -1_234_567_890.654_321,
];

/** Every kind of row that the database takes, on and between and outside of its candles. */
const CONTENT = {
  candles: [
    { time: -62_135_596_800, open: 5e-324, high: 1.797_693_134_862_315_7e308, low: 0, close: 0.3 },
    { time: -1.25, open: -37.63, high: -10, low: -40.32, close: -36.98, volume: 0 },
    ...minutes(20),
    {
      time: 1_700_000_000.123_456,
      open: 0.1 + 0.2,
      high: 1e21,
      low: 1e-7,
      close: 1 / 3,
      volume: 1e-9,
    },
    { time: 1_700_000_001, open: 2 ** 53 + 2, high: 2 ** 60, low: 0.5, close: 1, volume: null },
  ],
  spans: [
    ...ODD_TEXTS.map((notes, i) => ({
      notes,
      startTime: i * 30,
      endTime: i * 30 + 200,
      source: 'talib',
    })),
    ...JSON_PARTS.map((subSpans) => ({ subSpans: subSpans as never, startTime: 60, endTime: 300 })),
    ...TIMES.map((time) => ({ startTime: time, endTime: Math.min(time + 90, 253_402_300_799) })),
    { label: 'O', startTime: 240, endTime: 600, source: 'human_correction' },
    { label: '=odd, "label"', startTime: 300, endTime: 420, color: '#5b9dff', confidence: 5 },
    {
      outcome: 'win',
      confidence: 1,
      modelPrediction: {
        label: 'bull_flag',
        confidence: 0.1 + 0.2,
        nested: { a: [] },
      },
    },
    { startTime: 1e9, endTime: 1e9 },
    { startTime: 2e9, endTime: 3e9, notes: 'after the last candle' },
  ],
  annotations: [
    ...TIMES.map((time) => ({ time })),
    { time: 2e9, labelType: 'break_down', color: '#ff0000' },
    {
      labelType: 'line',
      geometry: {
        startTime: 1_700_000_000.123_456_7,
        startPrice: -1 / 3,
        endTime: -0.5,
        endPrice: 1e-9,
      },
    },
    {
      time: 600,
      labelType: 'level',
      geometry: { startTime: 600, startPrice: 12.34, endTime: 600, endPrice: 12.34 },
    },
    {
      labelType: 'line',
      geometry: {
        startTime: 5e-324,
        startPrice: 0,
        endTime: 1e11,
        endPrice: 5,
        'old, key': ['=1'],
      } as never,
    },
  ],
};

const { server, files } = await labelTests();
let chartId: number;
beforeAll(async () => {
  await server.db
    .insert(spanLabelTypes)
    .values({ name: '=odd, "label"', displayName: 'Odd', color: '#000000' });
});
beforeEach(async () => {
  await server.db.delete(charts);
  chartId = await makeChart(server.db, '=A, "chart"', CONTENT);
});

const FORMATS: [ExportFormat, holds: ('spans' | 'annotations')[]][] = [
  ['points-csv', ['annotations']],
  ['spans-json', ['spans']],
  ['windowed-csv', ['spans']],
  ['bio-csv', ['spans']],
  ['parquet', ['spans', 'annotations']],
];
const TABLES = { spans: spanAnnotations, annotations };

describe.each(FORMATS)('%s', (format, holds) => {
  const importFile = async (content: string | Buffer, onto: number | null = null) =>
    importLabels(server.db, { file: await files.open(content), scope: LOCAL_SCOPE, chartId: onto });

  it('brings every row back, bit for bit', async () => {
    const before = await labelsOn(server.db, chartId);
    const file = await download(server, format, [chartId]);
    for (const kind of holds) {
      await server.db.delete(TABLES[kind]).where(eq(TABLES[kind].chartId, chartId));
    }
    const [imported] = await importFile(file);
    expect(await labelsOn(server.db, chartId)).toEqual(before);
    const rows = holds.reduce((sum, kind) => sum + before[kind].length, 0);
    expect(imported).toMatchObject({
      ...{ chartId, chartName: '=A, "chart"', isNew: false },
      ...{ created: rows, changed: 0, unchanged: 0, removed: 0 },
    });
  });

  it('is previewed as it will be, and nothing is stored', async () => {
    const file = await files.open(await download(server, format, [chartId]));
    for (const kind of holds) {
      await server.db.delete(TABLES[kind]).where(eq(TABLES[kind].chartId, chartId));
    }
    const by = { file, scope: LOCAL_SCOPE, chartId: null };
    const before = await labelsOn(server.db, chartId);
    const told = await importLabels(server.db, { ...by, preview: true });
    expect(await labelsOn(server.db, chartId)).toEqual(before);
    const heard: { what: string; rows: number }[] = [];
    const onProgress = (read: (typeof heard)[number]) => heard.push(read);
    expect(await importLabels(server.db, { ...by, onProgress })).toEqual(told);
    expect(heard.at(-1)).toEqual({ what: 'labels', rows: told[0]?.created });
  });

  it('changes nothing when it comes again', async () => {
    const file = await download(server, format, [chartId]);
    const [imported] = await importFile(file);
    expect(imported).toMatchObject({ created: 0, changed: 0 });
    expect(imported?.unchanged).toBeGreaterThan(10);
    const [chart] = await server.db.select().from(charts);
    expect(chart?.rev).toBe(1);
  });

  it('is copied onto another chart, once', async () => {
    const other = await makeChart(server.db, 'Other', { candles: CONTENT.candles });
    const file = await download(server, format, [chartId]);
    const [first] = await importFile(file, other);
    const [second] = await importFile(file, other);
    expect(second).toMatchObject({ created: 0, changed: 0, unchanged: first?.created });
    const [there, here] = [await labelsOn(server.db, other), await labelsOn(server.db, chartId)];
    const bare = (rows: { uid: string }[]) =>
      rows.map(({ uid, ...row }) => JSON.stringify(row)).sort();
    for (const kind of holds) expect(bare(there[kind])).toEqual(bare(here[kind]));
  });

  it('finds each of several charts by its name', async () => {
    const other = await makeChart(server.db, 'Other', CONTENT);
    await makeChart(server.db, 'Empty');
    const before = [await labelsOn(server.db, chartId), await labelsOn(server.db, other)];
    const file = await download(server, format, null);
    for (const kind of holds) await server.db.delete(TABLES[kind]);
    const imported = await importFile(file);
    expect(imported.map(({ chartName }) => chartName)).toEqual(['=A, "chart"', 'Other']);
    expect([await labelsOn(server.db, chartId), await labelsOn(server.db, other)]).toEqual(before);
    await expect(importFile(file, other)).rejects.toThrow('holds labels of several charts');
  });
});

describe.each(['points-csv', 'spans-json', 'windowed-csv', 'bio-csv'] as const)('%s', (format) => {
  it('updates what was changed in the file, not what was changed on the chart since', async () => {
    const text = String(await download(server, format, [chartId]));
    const painted = async (color: string) => {
      const content = text.replaceAll('#5b9dff', color).replaceAll('#ff0000', color);
      const file = await files.open(content);
      return importLabels(server.db, { file, scope: LOCAL_SCOPE, chartId: null });
    };
    expect(await painted('#123456')).toMatchObject([{ created: 0, changed: 1 }]);
    await expect(painted('#abcdef')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('1 row differs between labels and the chart “=A, "chart"”'),
    });
  });
});

describe.each(['bio-csv', 'parquet'] as const)('%s', (format) => {
  const importWhole = (file: LabelFile, more: Partial<LabelFileImport> = {}) => {
    const { db, url } = server;
    return importLabelFile({ db, url, file, scope: LOCAL_SCOPE, chartId: null, ...more });
  };

  it('tells of a chart that it would make, and makes none', async () => {
    await makeChart(server.db, 'Bare', { candles: CONTENT.candles });
    const file = await files.open(await download(server, format, null));
    const rows = await labelsOn(server.db, chartId);
    await server.db.delete(charts);
    const told = await importWhole(file, { preview: true });
    expect(told.map(({ chartId: _, ...each }) => each)).toEqual([
      {
        chartName: '=A, "chart"',
        isNew: true,
        created: rows.spans.length + (format === 'parquet' ? rows.annotations.length : 0),
        changed: 0,
        unchanged: 0,
        removed: 0,
      },
      { chartName: 'Bare', isNew: true, created: 0, changed: 0, unchanged: 0, removed: 0 },
    ]);
    expect(await server.db.select().from(charts)).toEqual([]);
    const stored = await importWhole(file);
    expect(stored.map(({ chartId: _, ...each }) => each)).toEqual(
      told.map(({ chartId: _, ...each }) => each),
    );
    expect(await candlesOn(server.db, stored[1]!.chartId)).toHaveLength(CONTENT.candles.length);
  });

  it('makes no chart for those who may not, nor once it is cancelled', async () => {
    const file = await files.open(await download(server, format, [chartId]));
    await server.db.delete(charts).where(eq(charts.id, chartId));
    const scope: Scope = { ...LOCAL_SCOPE, actor: { id: 'local', role: 'annotator' } };
    await expect(importWhole(file, { scope })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(importWhole(file, { signal: AbortSignal.abort() })).rejects.toThrow(
      'The import was cancelled. Nothing was stored.',
    );
    expect(await server.db.select().from(charts)).toEqual([]);
  });

  it('brings a whole chart back that is gone', async () => {
    // The driver writes no minus before a zero.
    await server.db.execute(sql`update candles set low = '-0' where low = 0.5`);
    const before = await candlesOn(server.db, chartId);
    expect(Object.is(before.at(-1)?.low, -0)).toBe(true);
    const labels = await labelsOn(server.db, chartId);
    const file = await files.open(await download(server, format, [chartId]));
    await server.db.delete(charts).where(eq(charts.id, chartId));
    const { db } = server;
    const [imported] = await importWhole(file);
    expect(imported?.chartName).toBe('=A, "chart"');
    const after = await candlesOn(db, imported!.chartId);
    expect(after).toEqual(before);
    expect(Object.is(after.at(-1)?.low, -0)).toBe(true);
    const back = await labelsOn(db, imported!.chartId);
    expect(back.spans).toEqual(labels.spans);
    expect(back.annotations).toEqual(format === 'parquet' ? labels.annotations : []);
  });

  it('makes a chart of another name', async () => {
    const file = await files.open(await download(server, format, [chartId]));
    const { db } = server;
    const [imported] = await importWhole(file, { chartName: 'Copy' });
    expect(imported).toMatchObject({ chartName: 'Copy', isNew: true, changed: 0, unchanged: 0 });
    expect(await candlesOn(db, imported!.chartId)).toEqual(await candlesOn(db, chartId));
  });

  it('leaves no chart behind when its labels are refused', async () => {
    const file = await files.open(await download(server, format, [chartId]));
    await server.db.delete(charts).where(eq(charts.id, chartId));
    await server.db.delete(spanLabelTypes).where(eq(spanLabelTypes.name, '=odd, "label"'));
    const { db } = server;
    await expect(importWhole(file)).rejects.toThrow('There is no span label “=odd');
    expect(await db.select().from(charts)).toEqual([]);
    await db
      .insert(spanLabelTypes)
      .values({ name: '=odd, "label"', displayName: 'Odd', color: '#000000' });
  });
});
