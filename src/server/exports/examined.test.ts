import { beforeEach, describe, expect, test } from 'vitest';
import type { ExportFormat } from '@/contract/exports';
import { charts, examinedRanges } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { importLabelFile } from './import-file';
import { importLabels } from './import-labels';
import { download, labelTests, makeChart, minutes } from './testing';

const { server, files } = await labelTests();
let chartId: number;
beforeEach(async () => {
  await server.db.delete(charts);
  const spans = [{ startTime: 120, endTime: 300 }];
  chartId = await makeChart(server.db, 'Chart', { candles: minutes(30), spans });
  const mark = (from: number, to: number, labelSet: string[] | null = null) =>
    server.owner.examined.mark({ chartId, startTime: from * 60, endTime: to * 60, labelSet });
  await mark(0, 5);
  await mark(8, 9);
  await mark(12, 20, ['wedge_up', 'bull_flag']);
  await mark(15, 16, ['custom']);
});

/** For which labels each candle was examined, whoever said so and however it is cut. */
async function perCandle(on: number) {
  const ranges = await server.owner.examined.list({ chartId: on });
  return minutes(30).map(({ time }) => {
    const sets = ranges
      .filter(({ startTime, endTime }) => startTime <= time && endTime >= time)
      .map(({ labelSet }) => labelSet);
    return sets.includes(null) ? 'all' : [...new Set(sets.flat())].sort().join();
  });
}
const importFile = async (content: string | Buffer, onto: number | null = null) =>
  importLabels(server.db, { file: await files.open(content), scope: LOCAL_SCOPE, chartId: onto });

describe.each<ExportFormat>(['spans-json', 'bio-csv', 'parquet'])('%s', (format) => {
  test('says which candles were examined, and brings it back', async () => {
    const before = await perCandle(chartId);
    const file = await download(server, format, [chartId]);
    await server.db.delete(examinedRanges);
    await importFile(file);
    expect(await perCandle(chartId)).toEqual(before);
    const { rev } = await server.owner.charts.get({ chartId });
    const ranges = await server.owner.examined.list({ chartId });
    expect(new Set(ranges.map(({ source }) => source))).toEqual(new Set(['import']));
    await importFile(file);
    expect((await server.owner.charts.get({ chartId })).rev).toBe(rev);
  });

  test('takes nothing from what was said before, and is previewed without a trace', async () => {
    const file = await download(server, format, [chartId]);
    const before = await server.owner.examined.list({ chartId });
    await importFile(file);
    const done = (await server.owner.examined.list({ chartId })).filter(
      ({ source }) => source === 'done',
    );
    expect(done).toEqual(before);
    const other = await makeChart(server.db, 'Other', { candles: minutes(30) });
    const by = { file: await files.open(file), scope: LOCAL_SCOPE, chartId: other };
    await importLabels(server.db, { ...by, preview: true });
    expect(await server.owner.examined.list({ chartId: other })).toEqual([]);
    await importLabels(server.db, by);
    expect(await perCandle(other)).toEqual(await perCandle(chartId));
  });
});

test('a chart that is made from its own export is examined as it was', async () => {
  const before = await perCandle(chartId);
  const file = await files.open(await download(server, 'parquet', [chartId]));
  await server.db.delete(charts);
  const [made] = await importLabelFile({
    ...{ db: server.db, url: server.url, scope: LOCAL_SCOPE, chartId: null, file },
  });
  expect(made?.isNew).toBe(true);
  expect(await perCandle(made?.chartId ?? 0)).toEqual(before);
});

test('a cell that says nothing of the kind is refused by its line', async () => {
  const rows = 'time_utc,label,examined\n1970-01-01T00:00:00Z,O,all\n1970-01-01T00:01:00Z,O,yes\n';
  await expect(importFile(rows, chartId)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/line 3: examined, yes, is neither all nor a list of labels/),
  });
});
