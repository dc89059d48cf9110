import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { importLabels } from './import-labels';
import { download, labelsOn, labelTests, makeChart, minutes } from './testing';

/* Times of label files that other programs wrote. */

const { server, files } = await labelTests();
let chartId: number;
beforeEach(async () => {
  await server.db.delete(charts);
  chartId = await makeChart(server.db, 'Chart', { candles: minutes(40) });
});

const importText = async (content: string, onto: number | null = null) =>
  importLabels(server.db, { file: await files.open(content), scope: LOCAL_SCOPE, chartId: onto });

const found = async () =>
  (await labelsOn(server.db, chartId)).spans.map(({ label, startTime, endTime }) => [
    label,
    startTime / 60,
    endTime / 60,
  ]);

describe('times that are numbers', () => {
  const start = Date.UTC(2024, 0, 11, 9, 30) / 1000;
  let other: number;
  beforeEach(async () => {
    const spans = [{ startTime: start, endTime: start + 300 }];
    other = await makeChart(server.db, 'Other', { candles: minutes(10, start), spans });
  });

  it('are days where a spreadsheet saved an export so', async () => {
    const before = await labelsOn(server.db, other);
    const content = String(await download(server, 'windowed-csv', [other]));
    const excel = content.replaceAll(/2024-01-11T\d\d:\d\d:00Z/g, (time) =>
      String(Math.round((Date.parse(time) / 86_400_000 + 25_569) * 1e6) / 1e6),
    );
    expect(excel).toContain('45302.395833');
    expect(await importText(excel)).toMatchObject([{ changed: 0, unchanged: 1 }]);
    expect(await labelsOn(server.db, other)).toEqual(before);
  });

  it.each([
    ['milliseconds', 1000],
    ['seconds', 1],
  ])('are %s', async (_, unit) => {
    await server.db.execute(sql`delete from span_annotations`);
    const [from, to] = [start * unit, (start + 300) * unit];
    const csv = `start,end,label\n${from},${to},bull_flag\n`;
    const json = JSON.stringify([{ start: from, end: to, label: 'bull_flag' }]);
    expect(await importText(csv, other)).toMatchObject([{ created: 1 }]);
    expect(await importText(json, other)).toMatchObject([{ unchanged: 1 }]);
    expect((await labelsOn(server.db, other)).spans).toMatchObject([
      { startTime: start, endTime: start + 300 },
    ]);
  });

  it('are dates of eight digits', async () => {
    const days = [0, 1, 2].map((day) => ({
      ...minutes(1)[0]!,
      time: start - 34_200 + day * 86_400,
    }));
    const daily = await makeChart(server.db, 'Daily', { candles: days });
    await importText('start,end,label\n20240111,20240113,bull_flag\n', daily);
    expect((await labelsOn(server.db, daily)).spans).toMatchObject([
      { startTime: days[0]!.time, endTime: days[2]!.time },
    ]);
  });

  it('are no days where they are the seconds of a midnight', async () => {
    await importText('start,end,label\n0,0,bull_flag\n', chartId);
    expect(await found()).toEqual([['bull_flag', 0, 0]]);
  });

  it('may be numbers of bars, and are asked about', async () => {
    await expect(importText('start,end,label\n3,5,bull_flag\n', other)).rejects.toThrow(
      'Are its times numbers of bars? Write them as 2024-01-31T09:30:00Z.',
    );
  });
});

it('refuses local times that do not say their offset', async () => {
  const local = (from: string, to: string) =>
    importText(`start_local,end_local,label\n${from},${to},bull_flag\n`, chartId);
  await expect(local('1970-01-01 00:01', '1970-01-01 00:05')).rejects.toThrow(
    'labels: line 2: start_local, “1970-01-01 00:01”, has no offset. Write it as 2024-01-31T09:30:00-05:00.',
  );
  await expect(local('01-01-1970 0:01AM', '31-01-1970 1:05PM')).rejects.toThrow('no offset');
  await local('1970-01-01T01:01:00+01:00', '1969-12-31 19:05 EST');
  expect(await found()).toEqual([['bull_flag', 1, 5]]);
});

describe('dates without a time of day', () => {
  it('of tags are refused where the day has more candles', async () => {
    await expect(importText('date,label\n1970-01-01,bull_flag\n', chartId)).rejects.toThrow(
      'labels: line 2: its time is a day, and “Chart” has candles within it.',
    );
  });

  it.each([
    ['a table', 'start,end,label\n1970-01-01T00:00:00Z,01.01.1970,bull_flag\n', 'line 2'],
    ['a list', '[{"start":"1970-01-01","end":"1970-01-02","label":"bull_flag"}]', 'span 1'],
    ['markers', 'chart,time_utc,label_type\nChart,25569,break_up\n', 'line 2'],
  ])('of %s are refused where the day has more candles', async (_, content, where) => {
    await expect(importText(content, chartId)).rejects.toThrow(
      new RegExp(
        `^labels: ${where}: \\w+_utc, “1970-01-01”, is a day, and “Chart” has candles within it. Write the time`,
      ),
    );
  });
});

it('reads the dates of a list in JSON as those of a table', async () => {
  const list = (start: string, end: string) => JSON.stringify([{ start, end, label: 'bull_flag' }]);
  await importText(list('01.01.1970 00:01', '01.01.1970 00:05'), chartId);
  expect(await found()).toEqual([['bull_flag', 1, 5]]);
  await expect(importText(list('03/01/2024', '04/01/2024'), chartId)).rejects.toThrow(
    'which leave open which of day, month and year comes first',
  );
});

it('takes times of markers with offsets', async () => {
  await importText('chart,time_utc,label_type\nChart,1970-01-01 01:02:00+01:00,break_up\n');
  const { annotations } = await labelsOn(server.db, chartId);
  expect(annotations).toMatchObject([{ time: 120 }]);
});
