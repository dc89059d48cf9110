import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFile } from '@/server/candles/import/import-file';
import { sqlState } from '@/server/errors';
import { type TestServer, testServer } from '@/server/testing';
import { IS_LONG } from './testing/length';

const ROUNDS = IS_LONG ? 100 : 10;
const ROWS = 5_000;
/** Not to be had in a candle, and known only to PostgreSQL. */
const UNLUCKY = 13.13;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-bad-row-'));
  await server.db.execute(
    sql.raw(`alter table candles add constraint lucky check (volume <> ${UNLUCKY})`),
  );
  const good = await importFile({ url: server.url, path: await fileOf([1]), chartName: 'Kept' });
  expect(good).toMatchObject({ type: 'done', candles: ROWS });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});

/** `ROWS` candles with the last volumes as given. */
async function fileOf(last: (string | number)[]): Promise<string> {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const volume = last[i - (ROWS - last.length)] ?? i;
    return `${1_700_000_000 + i * 60},10,11,9,10.5,${volume}`;
  });
  const path = join(folder, 'prices.csv');
  await writeFile(path, `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return path;
}

const stored = async () => {
  const [row] = await server.db.execute(sql`select
    (select count(*)::int from charts) as charts,
    (select count(*)::int from candles) as candles,
    (select md5(string_agg(c::text, '' order by time)) from candles c) as sum,
    (select count(*)::int from candle_tiles) as tiles,
    (select sum(data_rev)::text from charts) as revs`);
  return row;
};
const sessions = async () => {
  const [row] = await server.db.execute<{ n: number }>(sql`select count(*)::int as n
    from pg_stat_activity where datname = current_database()`);
  return row?.n ?? 0;
};

test.each(['into a new chart', 'added to a chart'] as const)(
  'a file whose last row is bad, %s: told each time, nothing stored, no connection kept',
  async (where) => {
    const target =
      where === 'into a new chart'
        ? { chartName: 'New' }
        : { chartName: 'Kept', mode: 'merge' as const };
    const [before, connections] = [await stored(), await sessions()];
    for (let round = 0; round < ROUNDS; round += 1) {
      // What we refuse ourselves, and what only PostgreSQL does, at the end of COPY.
      const refused = await importFile({ url: server.url, path: await fileOf(['x']), ...target });
      expect(refused).toMatchObject({ type: 'refused', rows: ROWS, errorCount: 1 });
      expect(refused.issues).toMatchObject([
        { line: ROWS + 1, reason: expect.stringContaining('x') },
      ]);
      const copy = importFile({ url: server.url, path: await fileOf([UNLUCKY]), ...target });
      expect(await copy.catch(sqlState)).toBe('23514');
    }
    expect(await stored()).toEqual(before);
    await expect.poll(sessions).toBeLessThanOrEqual(connections);
  },
  ROUNDS * 3_000 + 30_000,
);
