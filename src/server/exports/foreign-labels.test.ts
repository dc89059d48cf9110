import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { type TestServer, testServer } from '../testing';
import { importLabels } from './import-labels';
import { download, labelsOn, makeChart, minutes, testFolder } from './testing';

let server: TestServer;
let files: Awaited<ReturnType<typeof testFolder>>;
let chartId: number;
beforeAll(async () => {
  server = await testServer();
  files = await testFolder();
});
afterAll(async () => {
  await files.remove();
  await server.close();
});
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

  it('are new marks, once', async () => {
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
