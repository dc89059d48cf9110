import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startCluster } from '@/lib/postgres/cluster';
import { readPostmasterFile } from '@/lib/postgres/postmaster';
import { buildFile, candlesOf, HOUR, START } from './testing/build';
import { startCommand } from './testing/command';
import { type TestMigration, testMigration } from './testing/migration';

/** `npm run test:long -- kills` has more of everything. */
const ROWS = Number(process.env.MIGRATE_ROWS ?? 80_000);
const KILLS = Number(process.env.MIGRATE_KILLS ?? 2);
const CRASHES = Number(process.env.MIGRATE_CRASHES ?? 1);
const CHARTS = 4;
const MINUTES = 60_000;

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-kills-'));
  path = buildFile(join(folder, 'candles.db'), 'R5', ({ add }) => {
    for (let chart = 1; chart <= CHARTS; chart++) {
      add('charts', { id: chart, name: `chart ${chart}`, created_at: START });
      for (const candle of candlesOf(chart, ROWS / CHARTS, chart)) add('candles', candle);
      for (let i = 0; i < ROWS / 100; i++) {
        const span = {
          chart_id: chart,
          start_time: START + i * HOUR,
          end_time: START + (i + 2) * HOUR,
        };
        add('span_annotations', { ...span, label: 'bull_flag', created_at: START });
      }
    }
  });
}, 5 * MINUTES);
afterAll(() => rm(folder, { recursive: true }));

test(
  'killed at any moment and run again, it loses nothing and doubles nothing',
  async () => {
    let kills = 0;
    while (kills < KILLS) {
      const at = await testMigration();
      const args = [path, '--yes', '--report', at.report];
      const whole = await measure(args);
      for (;;) {
        const run = startCommand(at.url, args);
        const { code, output } = await (kills < KILLS
          ? run.killAfter(Math.random() * whole)
          : run.ended);
        if (code === null) {
          kills++;
          continue;
        }
        // A kill after the last commit leaves nothing to do.
        expect(output).toMatch(/PASS|has been moved and verified already/);
        expect(code).toBe(0);
        break;
      }
      await expectWhole(at);
      await at.close();
    }
    const left = (await readdir(tmpdir())).filter((name) =>
      name.startsWith('candle-annotator-migrate-'),
    );
    expect(left).toEqual([]);
  },
  60 * MINUTES,
);

/** How long an undisturbed run takes. */
async function measure(args: string[]): Promise<number> {
  const at = await testMigration();
  const { code, seconds } = await startCommand(at.url, args).ended;
  await at.close();
  expect(code).toBe(0);
  return seconds * 1000;
}

async function expectWhole(at: Pick<TestMigration, 'rows'>) {
  const [counts] = await at.rows(
    `select (select count(*)::int from candles) as candles,
       (select count(distinct (chart_id, time))::int from candles) as different,
       (select count(*)::int from span_annotations) as spans,
       (select count(*)::int from revisions) as revisions, (select sum(rev)::int from charts) as revs`,
  );
  const spans = (ROWS / 100) * CHARTS;
  expect(counts).toEqual({ candles: ROWS, different: ROWS, spans, revisions: spans, revs: CHARTS });
}

test('an interrupted run stops tidily and says how to go on', async () => {
  const at = await testMigration();
  onTestFinished(() => at.close());
  const run = startCommand(at.url, [path, '--yes', '--report', at.report]);
  await expect.poll(run.output, { interval: 5 }).toContain('It holds no data');
  await sleep(150);
  run.interrupt();
  const { code, output } = await run.ended;
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('The same command goes on from here'),
  ]);
  expect((await at.attempt(path)).code).toBe(0);
  await expectWhole(at);
});

test(
  'PostgreSQL killed in the middle of a load: a clear end, and the next run completes it',
  async () => {
    const options = {
      dataDir: join(folder, 'postgres'),
      logFile: join(folder, 'log'),
      password: 'of-a-test',
    };
    let cluster = await startCluster(options);
    onTestFinished(() => cluster.stop('immediate'));
    const url = () => `postgres://postgres:${options.password}@127.0.0.1:${cluster.port}/postgres`;
    const args = [path, '--yes', '--report', join(folder, 'report')];
    for (let crashes = 0; crashes < CRASHES; ) {
      const run = startCommand(url(), args);
      await expect.poll(run.output, { timeout: 60_000, interval: 5 }).toContain('It ');
      await sleep(300 + Math.random() * 700 * (ROWS / 80_000));
      process.kill(readPostmasterFile(options.dataDir)!.pid, 'SIGKILL');
      const { code, output } = await run.ended;
      await cluster.ended;
      cluster = await startCluster({ ...options, port: cluster.port });
      if (code === 0) break;
      crashes++;
      expect(output).toMatch(/The connection to PostgreSQL broke .* goes on from there/);
    }
    expect(await startCommand(url(), args).ended).toMatchObject({ code: 0 });
    const client = new Client({ connectionString: url() });
    await client.connect();
    const rows = async <R>(sql: string) => (await client.query(sql)).rows as R[];
    await expectWhole({ rows });
    await rows('create extension amcheck');
    expect(await rows("select * from verify_heapam('candles')")).toEqual([]);
    await rows("select bt_index_check('candles_chart_id_time_pk', true)");
    const size = "select pg_relation_size('candles')::int as size";
    const [before] = await rows<{ size: number }>(size);
    await rows('vacuum full candles');
    const [after] = await rows<{ size: number }>(size);
    expect(before!.size / after!.size).toBeLessThan(1.2);
    await client.end();
  },
  30 * MINUTES,
);
