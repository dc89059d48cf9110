import { beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { importLabels } from './import-labels';
import { download, labelsOn, labelTests, makeChart, minutes } from './testing';

const { server, files } = await labelTests();
let chartId: number;
beforeEach(async () => {
  await server.db.delete(charts);
  chartId = await makeChart(server.db, 'Chart', { candles: minutes(40) });
});

const importText = async (content: string, onto: number | null = chartId) =>
  (
    await importLabels(server.db, {
      file: await files.open(content),
      scope: LOCAL_SCOPE,
      chartId: onto,
    })
  )[0];
const list = (...spans: [start: number, end: number][]) =>
  JSON.stringify(spans.map(([start, end]) => ({ start, end, label: 'bull_flag' })));
const HOUR = 3_600;

describe('labels of another program', () => {
  it('are stored without a word where they lie on candles', async () => {
    expect(await importText(list([60, 300], [600, 660]))).not.toHaveProperty('offCandles');
  });

  it.each([
    ['behind the candles', list([60, 300], [HOUR, HOUR + 60]), 'the span “bull_flag”'],
    ['before them', list([-HOUR, -60]), '1969-12-31T23:00:00Z to 1969-12-31T23:59:00Z'],
    ['between two of them', list([61, 119]), 'holds no candle of “Chart”'],
    ['as tags', 'time_utc,label\n1971-01-01T00:00:00Z,B-bull_flag\n', 'of another zone'],
    ['as markers', 'time_utc,label_type\n1971-01-01T00:00:00Z,break_up\n', '“break_up”'],
  ])('are refused where they hold no candle: %s', async (_, content, sentence) => {
    await expect(importText(content)).rejects.toThrow(sentence);
    expect((await labelsOn(server.db, chartId)).spans).toEqual([]);
  });

  it('are counted where they begin or end between candles', async () => {
    const imported = await importText(list([90, 300], [60, 330], [600, 660]));
    expect(imported).toMatchObject({ created: 3, offCandles: { rows: 2, time: 90 } });
  });

  it('may come before the candles do', async () => {
    const empty = await makeChart(server.db, 'Empty', { candles: [] });
    expect(await importText(list([60, 300]), empty)).toMatchObject({ created: 1 });
  });
});

it('an export comes back onto a chart that has no such candles, and they are counted', async () => {
  await importText(list([60, 300], [600, 660]));
  const other = await makeChart(server.db, 'Other', { candles: minutes(5) });
  const file = await download(server, 'spans-json', [chartId]);
  expect(await importText(file.toString(), other)).toMatchObject({
    created: 2,
    offCandles: { rows: 2, time: 300 },
  });
});
