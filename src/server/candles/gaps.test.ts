import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { serverTests } from '../testing';
import { importFile } from './import/import-file';

const server = await serverTests();

const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
const at = (text: string) => Date.parse(text) / 1000;

/** A chart with a candle each `timeframe` seconds from `from` to `to`, but where `where` does not hold. */
async function chartOf(timeframe: number, from: string, to: string, where: string) {
  const { id } = await server.owner.charts.create({ name: 'chart' });
  await server.db.execute(sql`
    insert into candles select ${id}, t, 1, 2, 0.5, 1.5, null
    from generate_series(${from}::timestamptz, ${to}::timestamptz, make_interval(secs => ${timeframe})) t
    where ${sql.raw(where)}`);
  await server.db.execute(sql`update charts set timeframe = ${timeframe} where id = ${id}`);
  return id;
}
const gapsOf = (chartId: number) => server.owner.candles.gaps({ chartId });

describe('gaps', () => {
  it('of S&P 500 days are when the exchange was closed, not weekends and holidays', async () => {
    const path = join(process.cwd(), 'node_modules/vega-datasets/data/sp500-2000.csv');
    const done = await importFile({ url: server.url, path });
    if (done.type !== 'done') throw new Error('the sample was refused');
    const { count, gaps } = await gapsOf(done.chartId);
    expect(gaps.map(({ after, before }) => [day(after), day(before)])).toEqual([
      // The attacks of September 11, a day of mourning after New Year, hurricane Sandy.
      ['2001-09-10', '2001-09-17'],
      ['2006-12-29', '2007-01-03'],
      ['2012-10-26', '2012-10-31'],
    ]);
    expect(count).toBe(3);
  });

  it('of hours of a market that rests from Friday to Sunday are the other pauses', async () => {
    const chartId = await chartOf(
      3_600,
      '2024-01-01',
      '2024-06-30',
      `not (extract(isodow from t) = 5 and extract(hour from t) >= 22)
       and extract(isodow from t) <> 6
       and not (extract(isodow from t) = 7 and extract(hour from t) < 22)
       and t not between '2024-03-06 05:00' and '2024-03-06 08:00'`,
    );
    expect(await gapsOf(chartId)).toEqual({
      count: 1,
      gaps: [{ after: at('2024-03-06T04:00Z'), before: at('2024-03-06T09:00Z') }],
    });
  });

  it('of minutes of an exchange with hours are no nights', async () => {
    const chartId = await chartOf(
      60,
      '2024-02-01',
      '2024-03-31',
      `extract(isodow from t) < 6 and t::time between '14:30' and '20:59'
       and t not between '2024-02-14 15:00' and '2024-02-14 15:29'`,
    );
    const { gaps } = await gapsOf(chartId);
    expect(gaps).toEqual([{ after: at('2024-02-14T14:59Z'), before: at('2024-02-14T15:30Z') }]);
  });

  it('of a market that never rests are weekends without candles too', async () => {
    const chartId = await chartOf(
      3_600,
      '2024-01-01',
      '2024-03-31',
      `t not between '2024-02-02 23:00' and '2024-02-04 21:00'`,
    );
    expect((await gapsOf(chartId)).gaps).toEqual([
      { after: at('2024-02-02T22:00Z'), before: at('2024-02-04T22:00Z') },
    ]);
  });

  it('are none where there are no candles, or one', async () => {
    const { id } = await server.owner.charts.create({ name: 'empty' });
    expect(await gapsOf(id)).toEqual({ count: 0, gaps: [] });
    const one = await chartOf(86_400, '2024-01-01', '2024-01-01', 'true');
    expect(await gapsOf(one)).toEqual({ count: 0, gaps: [] });
  });

  it('beyond a thousand are counted, and the longest are listed in order of time', async () => {
    const { id } = await server.owner.charts.create({ name: 'holes' });
    await server.db.execute(sql`
      insert into candles
      select ${id}, to_timestamp(n * 3e6 + exp((n * 7) % 1201 / 120.0) * k), 1, 2, 0.5, 1.5, null
      from generate_series(1, 1200) n, generate_series(0, 1) k`);
    await server.db.execute(sql`update charts set timeframe = 1 where id = ${id}`);
    const { count, gaps } = await gapsOf(id);
    expect(count).toBeGreaterThan(1_000);
    expect(gaps).toHaveLength(1_000);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a.after - b.after));
  });
});
