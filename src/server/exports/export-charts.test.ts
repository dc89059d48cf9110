import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPORT_FILES } from '@/contract/exports';
import { connect } from '@/lib/db';
import { spanAnnotations } from '@/lib/db/schema';
import { LOCAL_SCOPE } from '../scope';
import { serverTests } from '../testing';
import { exportCharts } from './export-charts';
import { makeChart } from './testing';

const CANDLES = 25_000;
const server = await serverTests();
let chartId: number;
beforeEach(async () => {
  chartId = await makeChart(server.db, 'Chart', { spans: [{ startTime: 0, endTime: 600 }] });
  await server.db.execute(sql`
    insert into candles select ${chartId}, to_timestamp(i * 60), 1, 2, 0.5, 1.5, null
    from generate_series(0, ${CANDLES - 1}) i`);
});
afterEach(() => server.owner.charts.delete({ chartId }));

const bio = (db = server.db) =>
  exportCharts(db, LOCAL_SCOPE, {
    format: 'bio-csv',
    chartIds: [chartId],
    context: 0,
    zone: 'UTC',
  });
const linesOf = (pieces: unknown[]) => pieces.join('').split('\n').length - 1;

describe('an export', () => {
  it('is of one moment, whatever is written meanwhile', async () => {
    const pieces: unknown[] = [];
    for await (const { data } of bio()) {
      if (pieces.length === 0) {
        await server.db.execute(sql`delete from candles where time > to_timestamp(0)`);
        await server.db.delete(spanAnnotations);
      }
      pieces.push(data);
    }
    expect(pieces.length).toBeGreaterThan(2);
    expect(linesOf(pieces)).toBe(1 + CANDLES);
    expect(pieces.join('')).toContain('B-bull_flag');
  });

  it('waits for a reader who pauses for longer than a transaction may rest', async () => {
    const { db, close } = connect(server.url);
    const everyConnection = Array.from({ length: 10 }, () =>
      db.execute(sql`
        select pg_sleep(0.5), set_config('idle_in_transaction_session_timeout', '100ms', false)`),
    );
    await Promise.all(everyConnection);
    const pieces: unknown[] = [];
    for await (const { data } of bio(db)) {
      pieces.push(data);
      await sleep(300);
    }
    await close();
    expect(linesOf(pieces)).toBe(1 + CANDLES);
  });

  it('ends its transaction when its reader leaves', async () => {
    for await (const { rows } of bio()) {
      expect(rows).toBeLessThan(CANDLES);
      break;
    }
    const open = await server.db.execute(sql`
      select from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`);
    expect(open).toHaveLength(0);
  });

  it('says over the wire that there is no such chart', async () => {
    for (const format of Object.keys(EXPORT_FILES) as (keyof typeof EXPORT_FILES)[]) {
      const read = async () => {
        for await (const _ of await server.owner.exports.download({ format, chartIds: [999] }));
      };
      await expect(read()).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('There is no chart 999.'),
      });
    }
  });
});
