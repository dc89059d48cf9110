import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '@/lib/db';
import { freePort } from '@/lib/postgres/free-port';
import { followChart } from '@/server/live/testing-follow';
import { callerFor } from '@/server/root';
import { type ServerProcess, startServerProcess } from '@/server/testing-process';
import { type FragileDatabase, startFragileDatabase } from './testing/database';
import { IS_LONG } from './testing/length';
import { startLoad } from './testing/load';

const OUTAGE_MS = IS_LONG ? 60_000 : 3_000;
const STILL_MS = IS_LONG ? 30_000 : 5_000;
/** Ten seconds are the promise; the short form may run beside everything else. */
const RECOVERY_MS = IS_LONG ? 10_000 : 30_000;
/** No statement may take more than 15 s; the rest is for a busy machine. */
const LONGEST_CALL_MS = 20_000;
/** What a person is told to try again after; anything else would be a fault of ours. */
const PASSING = ['SERVICE_UNAVAILABLE', 'TIMEOUT'];
/** The pool, and one each to listen and to ask whether the database is there. */
const CONNECTIONS = 12;

let database: FragileDatabase;
let server: ServerProcess;
let load: ReturnType<typeof startLoad>;
let follower: ReturnType<typeof followChart>;
let chartId: number;

beforeAll(async () => {
  database = await startFragileDatabase();
  const own = connect(database.url);
  const owner = callerFor({ db: own.db, actor: { id: 'local', role: 'owner' } });
  ({ id: chartId } = await owner.charts.create({ name: 'Under load' }));
  await own.close();
  const port = await freePort();
  server = await startServerProcess(database.url, port);
  load = startLoad(port, chartId);
  follower = followChart(port, { chartId });
});
afterAll(async () => {
  follower.unsubscribe();
  await load.stop();
  await server.kill();
  await database.close();
});

/** Until everybody gets good answers again. */
const isWell = (since: number) =>
  expect.poll(() => load.isWellSince(since), { timeout: 60_000 }).toBe(true);

describe('under load, PostgreSQL', () => {
  test.each<[string, () => Promise<unknown>]>([
    [
      'is restarted',
      async () => {
        await database.stop();
        await database.start();
      },
    ],
    [
      `is away for ${OUTAGE_MS / 1000} s`,
      async () => {
        await database.stop();
        await sleep(OUTAGE_MS);
        await database.start();
      },
    ],
    [
      'is killed and recovers',
      async () => {
        await database.kill();
        await database.start();
      },
    ],
    [
      'ends all sessions',
      async () => {
        const ended = await database.query(
          (sql) => sql<{ pid: number }[]>`select pid, pg_terminate_backend(pid)
            from pg_stat_activity where application_name like 'candle-annotator-%'`,
        );
        // They end when they get to it.
        const pids = ended.map(({ pid }) => pid);
        await expect
          .poll(
            () =>
              database.query(
                (sql) => sql`select pid from pg_stat_activity where pid in ${sql(pids)}`,
              ),
            { timeout: 30_000 },
          )
          .toHaveLength(0);
      },
    ],
    [
      `stands still for ${STILL_MS / 1000} s`,
      async () => {
        database.signal('SIGSTOP');
        await sleep(STILL_MS);
        database.signal('SIGCONT');
      },
    ],
  ])(
    '%s: no call hangs, all are well soon after, no connection is lost',
    async (_, fault) => {
      const begin = performance.now();
      await isWell(begin);
      expect(load.calls.filter(({ at, code }) => at >= begin && code !== 'ok')).toEqual([]);

      await fault();
      const end = performance.now();
      await isWell(end);

      const calls = load.calls.filter(({ ended }) => ended >= begin);
      const failed = calls.filter(({ code }) => code !== 'ok');
      const longest = Math.max(...calls.map(({ at, ended }) => ended - at));
      const recovery = Math.max(0, ...failed.map(({ ended }) => ended - end));
      console.log(
        `${failed.length} of ${calls.length} calls failed, the last ${(recovery / 1000).toFixed(1)} s after; the longest took ${(longest / 1000).toFixed(1)} s`,
      );
      expect(failed.filter(({ code }) => !PASSING.includes(code))).toEqual([]);
      expect(longest).toBeLessThan(LONGEST_CALL_MS);
      expect(recovery).toBeLessThan(RECOVERY_MS);
      // Sooner than PostgreSQL itself would end a session that was left in a transaction.
      await expect.poll(() => sessions().then(({ idle }) => idle)).toBe(0);
      await expect.poll(() => sessions().then(({ all }) => all)).toBeLessThanOrEqual(CONNECTIONS);
    },
    OUTAGE_MS + 150_000,
  );

  test('no acknowledged save was lost or doubled, and every revision was told once, in order', async () => {
    await load.stop();
    const [stored, chart] = await database.query((sql) =>
      Promise.all([
        sql<{ uid: string; rev: number }[]>`select uid, rev::int from span_annotations`,
        sql<{ rev: number }[]>`select rev::int from charts where id = ${chartId}`,
      ]),
    );
    const uids = new Set(stored.map(({ uid }) => uid));
    expect(load.acknowledged.length).toBeGreaterThan(100);
    expect(load.acknowledged.filter((uid) => !uids.has(uid))).toEqual([]);
    const revs = Array.from({ length: chart[0]?.rev ?? 0 }, (_, i) => i + 1);
    expect(stored.map(({ rev }) => rev).sort((a, b) => a - b)).toEqual(revs);
    await expect.poll(() => follower.events.map(({ rev }) => rev)).toEqual(revs);
    expect(follower.errors).toEqual([]);
  });
});

const sessions = () =>
  database.query(async (sql) => {
    const [row] = await sql<[{ all: number; idle: number }]>`select
      count(*)::int as all,
      count(*) filter (where state like 'idle in transaction%'
        and state_change < clock_timestamp() - interval '2 seconds')::int as idle
      from pg_stat_activity where application_name like 'candle-annotator-%'`;
    return row;
  });
