import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { connectForCopy } from '@/lib/db/copy/connect';
import { copyIn } from '@/lib/db/copy/stream';
import { sqlState } from '../../errors';
import { LOCAL_SCOPE } from '../../scope';
import { createBatch } from '../files/batch';
import { chooseTable } from '../files/choose-table';
import { detectSource } from '../files/inspect';
import { CANDLES, encodeCandles } from './copy-candles';
import { type ImportOptions, importCandles } from './import-candles';
import { createUnnamedChart } from './target';
import { importTests, row, rows } from './testing';

const { database, fileOf, load, candlesOf, expectNothingStored } = await importTests();

describe('an import that does not end', () => {
  const options = async (lines: string[], more: Partial<ImportOptions> = {}) => {
    const { source } = await chooseTable(await fileOf(lines), 'prices.csv');
    const { mapping } = await detectSource(source);
    const { url } = database;
    return {
      url,
      source,
      mapping,
      target: { mode: 'new', chartName: 'x' } as const,
      scope: LOCAL_SCOPE,
      ...more,
    };
  };

  it.each([
    ['in order', rows(50_000)],
    ['newest first', rows(50_000).toReversed()],
    ['in no order', [...rows(50_000).slice(1), row(0)]],
  ])('leaves nothing behind when it is cancelled: %s', async (_, lines) => {
    const controller = new AbortController();
    const events = importCandles(await options(lines, { signal: controller.signal }));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    controller.abort();
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow('The import was cancelled. Nothing was stored.');
    await expectNothingStored();
  });

  it('leaves nothing behind when nobody listens any more', async () => {
    const events = importCandles(await options(rows(50_000)));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    await events.return();
    await expectNothingStored();
  });

  it('leaves nothing behind when PostgreSQL refuses a candle', async () => {
    const { db } = database;
    await db.execute(sql`alter table candles add constraint no_ten check (volume <> 10)`);
    try {
      const lines = rows(50_000);
      for (const order of [lines, lines.toReversed(), [...lines.slice(1), row(0)]]) {
        await expect(load(order).catch(sqlState)).resolves.toBe('23514');
        await expectNothingStored();
      }
    } finally {
      await db.execute(sql`alter table candles drop constraint no_ten`);
    }
  });

  it('leaves nothing behind when PostgreSQL ends its session', async () => {
    const events = importCandles(await options(rows(200_000)));
    expect((await events.next()).value).toMatchObject({ type: 'progress' });
    await database.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'candle-annotator-import'`,
    );
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow();
    await expectNothingStored();
  });
});

describe('COPY', () => {
  it('reports what PostgreSQL refuses, and its connection can be used again', async () => {
    const client = await connectForCopy(database.url);
    try {
      await client.query('begin');
      const chartId = await createUnnamedChart(client, LOCAL_SCOPE);
      const batch = createBatch(3);
      batch.length = 3;
      batch.time.set([0, 60, 120]);
      batch.high[1] = Number.POSITIVE_INFINITY;
      const copying = copyIn(client, CANDLES, encodeCandles(chartId, batch));
      await expect(copying.catch(sqlState)).resolves.toBe('23514');
      await client.query('rollback');

      await client.query('begin');
      const another = await createUnnamedChart(client, LOCAL_SCOPE);
      batch.high[1] = 1;
      await copyIn(client, CANDLES, encodeCandles(another, batch));
      await client.query('commit');
      expect(await candlesOf(another)).toHaveLength(3);
    } finally {
      await client.end();
    }
  });
});
