import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { connect } from '@/lib/db';
import { migrateDatabase } from '@/lib/db/migrate';
import { setRoleDefaults } from '@/lib/db/role-defaults';
import { testPgBouncer } from '@/lib/env';
import { callerFor } from './root';
import { type TestServer, testServer } from './testing';
import { startPgBouncer } from './testing-pgbouncer';

let server: TestServer;
let pooler: Awaited<ReturnType<typeof startPgBouncer>>;
let pooled: ReturnType<typeof connect>;
let charts: number[];
beforeAll(async () => {
  server = await testServer();
  pooler = await startPgBouncer(testPgBouncer(), server.url);
  console.log(`This is ${pooler.version}.`);
  await setRoleDefaults(pooler.url, server.url);
  pooled = connect(pooler.url, server.url);
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, n) => server.owner.charts.create({ name: `Chart ${n}` })),
  );
  charts = made.map(({ id }) => id);
});
afterAll(async () => {
  await pooled.close();
  await pooler.stop();
  await server.close();
});

const owner = () => callerFor({ db: pooled.db, actor: { id: 'local', role: 'owner' } });
const ALL_TIME = { from: -62_135_596_800, to: 253_402_300_799 };
const span = (n: number) => ({
  uid: randomUUID(),
  ...completeSpan({ startTime: n * 10, endTime: n * 10 + 5, label: 'custom', notes: `span ${n}` }),
});

test('migrations through it are refused, though the URL does not say that it is one', async () => {
  await expect(migrateDatabase(pooler.url)).rejects.toThrow(
    'The database URL leads to a pooler, which gives each transaction another session',
  );
});

test('many calls at once over few shared sessions give what they give without a pooler', async () => {
  const none = await server.owner.candles.pyramid({ chartId: charts[0]! });
  for (let round = 0; round < 5; round += 1) {
    const saves = charts.map((chartId, n) =>
      owner().spans.save({ chartId, diff: { created: [span(10 * round + n)] } }),
    );
    const reads = Array.from({ length: 60 }, async (_, n) => {
      const chartId = charts[n % charts.length]!;
      if (n % 3 === 0) return (await owner().charts.get({ chartId })).id === chartId;
      if (n % 3 === 1) return isDeepStrictEqual(await owner().candles.pyramid({ chartId }), none);
      const spans = await owner().spans.list({ chartId, ...ALL_TIME });
      return spans.every((found) => found.chartId === chartId);
    });
    expect(new Set(await Promise.all(reads))).toEqual(new Set([true]));
    await Promise.all(saves);
  }
  for (const chartId of charts) {
    const window = { chartId, ...ALL_TIME };
    expect(await owner().spans.list(window)).toEqual(await server.owner.spans.list(window));
    expect(await owner().spans.list(window)).toHaveLength(5);
  }
});

test('sessions have the web app’s settings all the same, and times are in UTC', async () => {
  const [row] = await pooled.db.execute(sql`select
    current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
    current_setting('idle_in_transaction_session_timeout') as idle,
    current_setting('TimeZone') as zone, current_setting('jit') as jit`);
  expect(row).toEqual({ statement: '15s', lock: '5s', idle: '30s', zone: 'UTC', jit: 'off' });
});

test('changes are followed past the pooler', async () => {
  const chartId = charts[0]!;
  const { rev } = await owner().charts.get({ chartId });
  const stream = await owner().live.chart({ chartId, since: rev });
  const next = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  const { rows } = await owner().spans.save({ chartId, diff: { created: [span(900)] } });
  expect((await next).value[1]).toMatchObject({ type: 'changes', rev: rev + 1, spans: rows });
});

test('a chart that is not there is still said to be missing, and one that is never', async () => {
  const asked = [...charts, 2_000_000_000].flatMap(
    (chartId) => Array(10).fill(chartId) as number[],
  );
  const answers = await Promise.all(
    asked.map((chartId) =>
      owner()
        .charts.get({ chartId })
        .then(
          ({ id }) => id === chartId,
          (error) => error.code,
        ),
    ),
  );
  expect(answers).toEqual([...Array(50).fill(true), ...Array(10).fill('NOT_FOUND')]);
});
