import { beforeEach, describe, expect, it } from 'vitest';
import { clockOf } from '@/contract/clock';
import { annotations, charts, spanAnnotations } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { importLabelFile } from './import-file';
import { importLabels } from './import-labels';
import { candlesOn, download, labelsOn, labelTests, makeChart, minutes } from './testing';
import { timesIn } from './written-times';

const { server, files } = await labelTests();
beforeEach(() => server.db.delete(charts));

/** When New York's clocks went from 02:00 back to 01:00, and from 02:00 on to 03:00. */
const AUTUMN = Date.UTC(2010, 10, 7, 6) / 1000;
const SPRING = Date.UTC(2010, 2, 14, 7) / 1000;
const NEW_YORK = 'America/New_York';

const CONTENT = {
  candles: [...minutes(120, SPRING - 3_600), ...minutes(120, AUTUMN - 3_600)],
  spans: [
    { startTime: SPRING - 600, endTime: SPRING + 600, candlesChangedAt: AUTUMN + 0.123_456 },
    // An hour apart, at the same time of day.
    { startTime: AUTUMN - 1_800, endTime: AUTUMN - 1_740 },
    { startTime: AUTUMN + 1_800, endTime: AUTUMN + 1_860 },
  ],
  annotations: [{ time: AUTUMN - 60 }, { time: AUTUMN }],
};

describe('times in another zone', () => {
  it.each([
    ['points-csv', 'time_local', '2010-11-07T01:59:00-04:00', '2010-11-07T01:00:00-05:00'],
    ['windowed-csv', 'start_time_local', '2010-11-07T01:30:00-04:00', '2010-11-07T01:30:00-05:00'],
    ['bio-csv', 'time_local', '2010-03-14T01:59:00-05:00', '2010-03-14T03:00:00-04:00'],
  ] as const)(
    'are the same instants once %s is imported again',
    async (format, column, ...texts) => {
      const chartId = await makeChart(server.db, 'Chart', CONTENT);
      const before = await labelsOn(server.db, chartId);
      const candles = await candlesOn(server.db, chartId);
      const file = await download(server, format, [chartId], undefined, NEW_YORK);
      const text = file.toString();
      expect(text.slice(0, text.indexOf('\n')).split(',')).toContain(column);
      for (const each of texts) expect(text).toContain(each);
      await server.db.delete(spanAnnotations);
      await server.db.delete(annotations);
      await importLabels(server.db, { file: await files.open(file), scope: LOCAL_SCOPE, chartId });
      const kind = format === 'points-csv' ? 'annotations' : 'spans';
      expect((await labelsOn(server.db, chartId))[kind]).toEqual(before[kind]);
      expect(before[kind].length).toBeGreaterThan(1);
      if (format !== 'bio-csv') return;
      await server.db.delete(charts);
      const again = { db: server.db, url: server.url, file: await files.open(file) };
      const [made] = await importLabelFile({ ...again, scope: LOCAL_SCOPE, chartId: null });
      expect(await candlesOn(server.db, made?.chartId ?? 0)).toEqual(candles);
    },
  );

  it('leave a daily bar of midnight UTC the date that it is', () => {
    const midnight = Date.UTC(2010, 1, 8) / 1000;
    const clock = clockOf(NEW_YORK);
    expect(timesIn(clock, 86_400).time(midnight)).toBe('2010-02-08T00:00:00Z');
    expect(timesIn(clock, 3_600).time(midnight)).toBe('2010-02-07T19:00:00-05:00');
    // Before there were zones its clocks were off by seconds, which no offset says.
    expect(timesIn(clock, null).time(Date.UTC(1850, 0, 1) / 1000)).toBe('1850-01-01T00:00:00Z');
    expect(timesIn(clockOf('Asia/Kathmandu'), null).time(0.25)).toBe(
      '1970-01-01T05:30:00.25+05:30',
    );
  });

  it('are refused in formats that programs read', async () => {
    const chartId = await makeChart(server.db, 'Chart', CONTENT);
    await expect(download(server, 'parquet', [chartId], undefined, NEW_YORK)).rejects.toThrow(
      'Only CSV is written in another zone; parquet is UTC.',
    );
  });
});
