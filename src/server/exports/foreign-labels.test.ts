import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { day, workbook } from '../candles/files/testing';
import { LOCAL_SCOPE } from '../scope';
import { importLabelFile } from './import-file';
import { importLabels } from './import-labels';
import { candlesOn, download, labelsOn, labelTests, makeChart, minutes } from './testing';

const { server, files } = await labelTests();
let chartId: number;
beforeEach(async () => {
  await server.db.delete(charts);
  chartId = await makeChart(server.db, 'Chart', { candles: minutes(40) });
});

const importText = async (content: string, onto: number | null = null) =>
  importLabels(server.db, { file: await files.open(content), scope: LOCAL_SCOPE, chartId: onto });

const spansJson = (spans: object[]) =>
  JSON.stringify({
    format: 'candle-annotator spans',
    version: 1,
    charts: [{ name: 'Chart', spans }],
  });
const flag = {
  label: 'bull_flag',
  start_time_utc: '1970-01-01T00:01:00Z',
  end_time_utc: '1970-01-01T00:05:00Z',
};

const found = async () =>
  (await labelsOn(server.db, chartId)).spans
    .map(({ label, startTime, endTime }) => [label, startTime / 60, endTime / 60])
    .sort((a, b) => Number(a[1]) - Number(b[1]));

describe('rows without a uid', () => {
  it('are new spans, made twice in a file or by two imports once', async () => {
    const file = spansJson([flag, flag, { ...flag, label: 'bear_flag', confidence: 4 }]);
    expect(await importText(file)).toMatchObject([{ created: 2, changed: 0, unchanged: 1 }]);
    expect(await importText(file)).toMatchObject([{ created: 0, changed: 0, unchanged: 3 }]);
    expect(await found()).toHaveLength(2);
  });

  it('are new annotations, once', async () => {
    const points = 'chart,time_utc,label_type\nChart,1970-01-01T00:01:00Z,break_up\n';
    expect(await importText(points)).toMatchObject([{ created: 1 }]);
    expect(await importText(points)).toMatchObject([{ created: 0, unchanged: 1 }]);
  });

  it('are the spans that are there, whoever drew them and whether the file names the chart', async () => {
    await server.db.execute(sql`insert into span_annotations
      (uid, chart_id, rev, label, start_time, end_time)
      values (gen_random_uuid(), ${chartId}, 1, 'bull_flag', to_timestamp(60), to_timestamp(300))`);
    const lines = String(await download(server, 'bio-csv', [chartId])).split('\n');
    // Nothing before the column label has quotes.
    const cells = lines.map((line) => line.split(',').slice(0, 8));
    const tags = cells.map((row) => row.join(',')).join('\n');
    const unnamed = cells.map((row) => row.slice(1).join(',')).join('\n');
    expect(await importText(tags)).toMatchObject([{ created: 0, changed: 0, unchanged: 1 }]);
    expect(await importText(unnamed, chartId)).toMatchObject([{ created: 0, unchanged: 1 }]);
    expect(await found()).toHaveLength(1);
  });
});

describe('tags', () => {
  const tagged = (tags: string[]) =>
    `chart,time_utc,label\n${tags
      .map((tag, i) => `Chart,1970-01-01T00:0${i}:00Z,${tag}\n`)
      .join('')}`;

  it.each([
    ['BIOES', 'O B-bull_flag I-bull_flag E-bull_flag S-bear_flag O'],
    ['BILOU', 'O B-bull_flag I-bull_flag L-bull_flag U-bear_flag O'],
    ['plain names', 'O bull_flag bull_flag bull_flag bear_flag O'],
  ])('of %s make spans', async (_, tags) => {
    await importText(tagged(tags.split(' ')));
    expect(await found()).toEqual([
      ['bull_flag', 1, 3],
      ['bear_flag', 4, 4],
    ]);
  });

  it('end at E, though I follows', async () => {
    await importText(tagged(['B-bull_flag', 'E-bull_flag', 'I-bull_flag', 'S-bull_flag']));
    expect(await found()).toEqual([
      ['bull_flag', 0, 1],
      ['bull_flag', 2, 2],
      ['bull_flag', 3, 3],
    ]);
  });

  it('of plain names are refused where the file leaves out candles between them', async () => {
    const rows = [1, 2, 5].map((minute) => `Chart,1970-01-01T00:0${minute}:00Z,`);
    const sparse = (tag: string) =>
      importText(`chart,time_utc,label\n${rows.map((row) => `${row}${tag}\n`).join('')}`);
    await expect(sparse('I-bull_flag')).rejects.toThrow('the file leaves out candles of “Chart”');
    await expect(sparse('bull_flag')).rejects.toThrow(
      'labels: line 2: “bull_flag” goes on from 1970-01-01T00:01:00Z to 1970-01-01T00:05:00Z, and the file leaves out candles of “Chart” between. Write a row for each candle',
    );
    await sparse('S-bull_flag');
    expect((await found()).map(([, start]) => start)).toEqual([1, 2, 5]);
  });

  it('are refused where they are numbers', async () => {
    await expect(importText(tagged(['0', '1']))).rejects.toThrow(
      'labels: line 2: the label 0 is neither a tag such as B-…',
    );
  });
});

it.each([
  [{ start_time_utc: undefined }, 'start_time_utc is missing'],
  [{ uid: 'mine' }, 'uid, “mine”, is not a UUID'],
  [{ confidence: 'high' }, 'confidence, “high”, is not a number'],
  [{ confidence: 9 }, 'confidence, “9”, is above 5'],
  [{ outcome: 'good' }, 'outcome, “good”, is none of win, loss, breakeven'],
  [{ start_time_utc: 'soon' }, 'start_time_utc, “soon”, is not a time such as'],
])('says of %j what is wrong', async (part, what) => {
  await expect(importText(spansJson([{ ...flag, ...part }]))).rejects.toThrow(
    `labels: span 1 of Chart: ${what}`,
  );
});

describe('a table of spans', () => {
  const head = 'start,end,label,confidence,notes\n';
  const file = `${head}1970-01-01 00:01,1970-01-01T01:05:00+01:00,bull_flag,4,"first, clear"\n480,600,bear_flag,,\n`;

  it('is imported onto the chart that is said, once, with the fields it has', async () => {
    expect(await importText(file, chartId)).toMatchObject([{ created: 2 }]);
    expect(await importText(file, chartId)).toMatchObject([{ created: 0, unchanged: 2 }]);
    expect(await found()).toEqual([
      ['bull_flag', 1, 5],
      ['bear_flag', 8, 10],
    ]);
    const { spans } = await labelsOn(server.db, chartId);
    expect(spans.find(({ label }) => label === 'bull_flag')).toMatchObject({
      confidence: 4,
      notes: 'first, clear',
      source: 'import',
    });
  });

  it('names its charts, also by other separators and names of its columns', async () => {
    const other = `Start_Time;End_Time;Label;Chart\n1970-01-01T00:02:00Z;1970-01-01T00:03:00Z;bull_flag;Chart\n`;
    expect(await importText(other)).toMatchObject([{ created: 1, chartId }]);
    expect(await found()).toEqual([['bull_flag', 2, 3]]);
  });

  it('is refused by the line, and nothing of it is stored', async () => {
    const late = `${head}480,600,bear_flag,,\nsoon,600,bear_flag,,\n`;
    await expect(importText(late, chartId)).rejects.toThrow(
      'labels: line 3: start_time_utc, “soon”, is not a time such as',
    );
    expect(await found()).toEqual([]);
  });
});

describe('names of columns', () => {
  it.each([
    'Start Date,End Date,Pattern',
    'from,to,label',
    'begin,end_ts,Tag',
    'StartTime,EndTime,class',
    'Start (UTC),End (UTC),label_name',
  ])('such as %s are known', async (header) => {
    const cells = ['1970-01-01 00:01', '1970-01-01 00:05', 'bull_flag'];
    const [imported] = await importText(`${header}\n${cells}\n`, chartId);
    expect(imported).not.toHaveProperty('unread');
    const item = Object.fromEntries(header.split(',').map((name, i) => [name, cells[i]]));
    expect(await importText(JSON.stringify([item]), chartId)).toMatchObject([{ unchanged: 1 }]);
    expect(await found()).toEqual([['bull_flag', 1, 5]]);
  });

  it('that are not known are told, an index has none', async () => {
    const table = ',start,end,label,Score,timezone\n0,60,300,bull_flag,0.5,Asia/Tokyo\n';
    expect(await importText(table, chartId)).toMatchObject([{ unread: ['Score', 'timezone'] }]);
    const list = JSON.stringify([{ ...{ start: 60, end: 300, label: 'bull_flag' }, note: 'x' }]);
    expect(await importText(list, chartId)).toMatchObject([{ unread: ['note'] }]);
  });

  it('of tags and of symbols are known, beside candles only our own', async () => {
    const tags = 'Timestamp,Tag,Symbol\n1970-01-01 00:01,B-bull_flag,Chart\n';
    expect(await importText(tags)).toMatchObject([{ created: 1, chartName: 'Chart' }]);
    await expect(importText('time,open,close,label\n60,1,1,up\n', chartId)).rejects.toThrow(
      'Its first line is “time”, “open”, “close”, “label”.',
    );
  });

  it('are named up to twenty', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `c${i}`);
    const table = `start,end,label,${names}\n60,300,bull_flag${','.repeat(30)}\n`;
    expect(await importText(table, chartId)).toMatchObject([{ unread: names.slice(0, 20) }]);
  });

  it('that stand twice are refused', async () => {
    const twice = 'start,end,label,Label\n60,300,bull_flag,bear_flag\n';
    await expect(importText(twice, chartId)).rejects.toThrow(
      'labels: line 1: two columns are called label. Rename or remove one of them.',
    );
  });
});

it('says of rows that are there already what it does not take', async () => {
  const head = 'start,end,label,confidence,notes\n';
  const first = '60,300,bull_flag,4,clear\n';
  expect(await importText(`${head}${first}`, chartId)).toMatchObject([{ created: 1 }]);
  const [same] = await importText(`${head}${first}60,300,bull_flag,,\n`, chartId);
  expect(same).toMatchObject({ unchanged: 2 });
  expect(same).not.toHaveProperty('notTaken');
  const other = `${head}${first}60,300,bull_flag,2,clear\n360,420,bear_flag,1,\n360,420,bear_flag,5,\n`;
  expect(await importText(other, chartId)).toMatchObject([
    { created: 1, unchanged: 3, notTaken: { rows: 2, where: 'labels: line 3' } },
  ]);
  const { spans } = await labelsOn(server.db, chartId);
  expect(spans.map(({ confidence }) => confidence).sort()).toEqual([1, 4]);
});

it('refuses a uid that stands twice, with both lines', async () => {
  const uid = '8dd44f7a-ea76-8a8f-adbe-4254cd82f659';
  const row = `${uid},60,300,bull_flag\n`;
  await expect(importText(`uid,start,end,label\n${row}${row}`, chartId)).rejects.toThrow(
    `labels: line 3: the uid ${uid} stands at labels: line 2 already. Remove one of the two`,
  );
});

describe('a label that is not there', () => {
  const tags = 'chart,time_utc,label\nChart,60,O\nChart,120,S-Bull Flag\n';

  it.each([
    ['a table', 'start,end,label\n60,300,bull_flag\n360,420,Bull-Flag\n', 'line 3'],
    ['a list', JSON.stringify([{ start: 60, end: 300, label: ' bull_flag' }]), 'span 1'],
    ['tags', tags, 'line 3'],
  ])('in %s is named with its place and the label of the same letters', async (_, file, where) => {
    await expect(importText(file, chartId)).rejects.toThrow(
      new RegExp(`^labels: ${where}: There is no span label “.*”, but “bull_flag”: write it so`),
    );
    expect(await found()).toEqual([]);
  });

  it('is named with those that are there', async () => {
    await expect(importText('time,label\n60,none\n', chartId)).rejects.toThrow(
      /^labels: line 2: There is no span label “none”, only “.*bull_flag.*or O where there is no pattern/,
    );
  });
});

it('passes over rows of empty cells, and blanks around times', async () => {
  await importText('start,end,label,,\n 60, 300 ,bull_flag,,\n,,,,\n', chartId);
  expect(await found()).toEqual([['bull_flag', 1, 5]]);
});

describe('a list of spans', () => {
  it('is imported onto the chart that is said, or onto those it names', async () => {
    const span = {
      start: '1970-01-01 00:01',
      end: '1970-01-01T01:05:00+01:00',
      label: 'bull_flag',
    };
    expect(await importText(JSON.stringify([span], null, 2), chartId)).toMatchObject([
      { created: 1 },
    ]);
    const named = { start: 360, end: 420, label: 'bear_flag', chart: 'Chart', confidence: 4 };
    expect(await importText(JSON.stringify([named]))).toMatchObject([{ created: 1 }]);
    expect(await found()).toEqual([
      ['bull_flag', 1, 5],
      ['bear_flag', 6, 7],
    ]);
    const { spans } = await labelsOn(server.db, chartId);
    expect(spans.map(({ confidence, source }) => [confidence, source]).sort()).toEqual([
      [null, 'import'],
      [4, 'import'],
    ]);
  });

  it('says what is missing', async () => {
    const list = '[{"start": "1970-01-01", "end": null, "label": "bull_flag"}]';
    await expect(importText(list, chartId)).rejects.toThrow(
      'labels: span 1: end_time_utc is missing',
    );
  });
});

describe('a file that a spreadsheet has saved again', () => {
  const bio = (dates: string[]) =>
    `\ufeffchart;time_utc;open;high;low;close;volume;label\r\n${dates
      .map(
        (date, i) =>
          `New;${date};184,5;185;184,25;184,75;1000;${i === 0 ? 'B' : 'I'}-bull_flag\r\n`,
      )
      .join('')}`;
  const importNew = async (content: string | Uint8Array) => {
    const { db, url } = server;
    const file = await files.open(content);
    return importLabelFile({ db, url, file, scope: LOCAL_SCOPE, chartId: null });
  };

  it('is read with its dates and decimal commas', async () => {
    const dates = ['11/01/2024 00:00', '12/01/2024 00:00', '15/01/2024 00:00'];
    const [made] = await importNew(bio(dates));
    expect(made).toMatchObject({ chartName: 'New', isNew: true, created: 1 });
    const [candle] = await candlesOn(server.db, made!.chartId);
    const time = Date.UTC(2024, 0, 11) / 1000;
    expect(candle).toMatchObject({ time, open: 184.5, low: 184.25, volume: 1000 });
    const { spans } = await labelsOn(server.db, made!.chartId);
    expect(spans).toMatchObject([{ startTime: time, endTime: time + 4 * 86_400 }]);
  });

  it('is read as a workbook', async () => {
    const header = ['chart', 'time_utc', 'open', 'high', 'low', 'close', 'volume', 'label'];
    const rows = [45_302, 45_303].map((date, i) => [
      ...['New', day(date), 184.5, 185, 184.25, 184.75, 1000],
      i === 0 ? 'B-bull_flag' : 'I-bull_flag',
    ]);
    const [made] = await importNew(workbook({ Sheet1: [header, ...rows] }));
    const { spans } = await labelsOn(server.db, made!.chartId);
    const startTime = Date.UTC(2024, 0, 11) / 1000;
    expect(spans).toMatchObject([{ startTime, endTime: startTime + 86_400 }]);
  });

  it('is refused where its dates may be read in two ways', async () => {
    await expect(importNew(bio(['03/01/2024', '04/01/2024']))).rejects.toThrow(
      'labels holds times such as “03/01/2024”, which leave open which of day, month and year comes first.',
    );
  });
});

describe('columns that were removed from an export', () => {
  it('leave what they held as the chart has it', async () => {
    const span = {
      ...{ startTime: 60, endTime: 300, notes: 'kept', confidence: 4, outcome: 'win' as const },
      subSpans: [{ label: 'pole' }],
      source: 'talib',
    };
    const other = await makeChart(server.db, 'Other', {
      candles: minutes(10),
      spans: [span],
      annotations: [{ time: 120, notes: 'kept', color: '#ff0000' }],
    });
    const before = await labelsOn(server.db, other);
    await server.db.execute(sql`update span_annotations set color = '#123456'`);
    for (const [format, columns] of [
      ['windowed-csv', ['chart', 'uid', 'rev', 'label', 'bar', 'start_time_utc', 'end_time_utc']],
      ['points-csv', ['chart', 'uid', 'rev', 'time_utc', 'label_type']],
    ] as const) {
      const rows = String(await download(server, format, [other])).split('\n');
      const names = rows[0]!.split(',');
      // No cell of these holds a comma.
      const without = rows
        .slice(0, -1)
        .map((row) => columns.map((name) => row.split(',')[names.indexOf(name)]).join(','))
        .join('\n');
      expect(await importText(`${without}\n`)).toMatchObject([{ changed: 0, unchanged: 1 }]);
    }
    expect(await labelsOn(server.db, other)).toEqual({
      spans: before.spans.map((row) => ({ ...row, color: '#123456' })),
      annotations: before.annotations,
    });
    const corrected = `chart,uid,rev,start,end,label\nOther,${before.spans[0]!.uid},1,120,300,bull_flag\n`;
    expect(await importText(corrected)).toMatchObject([{ changed: 1 }]);
    expect((await labelsOn(server.db, other)).spans).toMatchObject([
      { ...span, startTime: 120, color: '#123456' },
    ]);
  });
});

describe('files of other programs', () => {
  it.each([
    [
      'Label Studio',
      'annotation_id,annotator,id,label,lead_time\n9,1,1,"[{""timeserieslabels"": [""Bull""]}]",12.3\n',
    ],
    [
      'Label Studio',
      '[{"id":1,"annotations":[{"result":[{"value":{"start":1,"end":2,"timeserieslabels":["Bull"]}}]}]}]',
    ],
    ['TRAINSET', 'series,timestamp,value,label\nclose,2024-01-03T00:00:00.000Z,184.5,1\n'],
  ])('of %s are named', async (program, content) => {
    await expect(importText(content)).rejects.toThrow(`${program}, which is not read. Make a `);
  });

  it.each(['{"a": 1}', '[[1704067200000, "1", "2", "1", "2"]]', '[{"open": 1, "close": 2}]'])(
    'as JSON are no labels: %s',
    async (content) => {
      await expect(importText(content)).rejects.toThrow('labels holds no labels: points have');
    },
  );
});
