import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { serverTests } from '../testing';

const { owner, db } = await serverTests();

it('measures ranges by their candles, and says nothing where these do not allow it', async () => {
  const { id: chartId } = await owner.charts.create({ name: 'Chart' });
  // Closes rise by 2 a candle, each with a true range of 4: from 3 over the close before to 1 below it.
  await db.execute(sql`
    insert into candles (chart_id, time, open, high, low, close, volume)
    select ${chartId}, to_timestamp(n * 60), 100 + 2 * n, 101 + 2 * n, 97 + 2 * n, 100 + 2 * n,
      case when n < 30 then 10 else 25 end
    from generate_series(0, 59) as n`);
  const range = (from: number, to: number) => ({ startTime: from * 60, endTime: to * 60 });
  const ranges = [range(30, 39), range(30, 30), range(0, 9), range(500, 600)];
  const [leg, one, early, none] = await owner.candles.measure({ chartId, ranges });
  expect(leg?.bars).toBe(10);
  expect(leg?.height).toBeCloseTo((101 + 78 - (97 + 60)) / 4);
  expect(leg?.slope).toBeCloseTo(0.5);
  expect(leg?.volumeRatio).toBeCloseTo(2.5);
  expect(one).toMatchObject({ bars: 1, height: 1, slope: null });
  expect(early).toEqual({ bars: 10, height: null, slope: null, volumeRatio: null });
  expect(none).toMatchObject({ bars: 0, height: null, slope: null, volumeRatio: null });
  expect(await owner.candles.measure({ chartId, ranges: [] })).toEqual([]);
});

it('tells a chart’s authors, and filters by them', async () => {
  const { id: chartId } = await owner.charts.create({ name: 'Authors' });
  await db.execute(
    sql`insert into users (id, name) values ('mara', 'Mara') on conflict do nothing`,
  );
  await db.execute(sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev, created_by)
    select gen_random_uuid(), ${chartId}, to_timestamp(n), to_timestamp(n), 'custom', 0,
      case when n = 1 then 'mara' else 'local' end
    from generate_series(1, 3) as n`);
  const authors = await owner.spans.authors({ chartId });
  expect(authors.map(({ id, count }) => [id, count])).toEqual([
    ['local', 2],
    ['mara', 1],
  ]);
  const own = await owner.spans.list({ chartId, from: 0, to: 9, authors: ['mara'] });
  expect(own).toMatchObject([{ startTime: 1, createdBy: 'mara' }]);
});
