import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { migrateDatabase } from '@/lib/db/migrate';
import { startCluster } from '@/lib/postgres/cluster';
import { rebuildTiles } from '@/server/candles/tiles/rebuild';
import type { Report } from '../sqlite-migration/report';
import { buildFile, START } from '../sqlite-migration/testing/build';
import { startCommand } from '../sqlite-migration/testing/command';
import { assertBudget, count, describeMachine, percentile, sizeOf } from './setup/compare';

const CANDLES = sizeOf('BENCH_ROWS', 2_000_000);
const SPANS = CANDLES / 40;
const CHARTS = 20;
const ROUNDS = sizeOf('BENCH_ROUNDS', 3);
const BUDGETS = { pgloader: 2, pipe: 1.3 };
const MOST_MB = 250;
const PASSWORD = 'of-a-benchmark';

/** Of one contender, to the end; `tiles` is what they took of it where they were built apart. */
type Round = { seconds: number; tiles: number; memory?: number; detail: string };
type Contender = { name: string; run(job: Job): Promise<Round> };
type Job = { file: string; folder: string; url: string; sql(text: string): Promise<void> };

/**
 * Moves one file into PostgreSQL by our command, by pgloader and by a pipe of SQLite's and
 * PostgreSQL's own programs, in turns, each to the same end: our schema with all its keys.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-bench-'));
  const cluster = await startCluster({
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    password: PASSWORD,
  });
  const url = (name: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${cluster.port}/${name}`;
  try {
    const file = buildSource(join(folder, 'source.db'));
    console.log(`${count(CANDLES)} candles, ${CHARTS} charts, ${count(SPANS)} spans`);
    console.log(`${describeMachine()}\n`);
    const results: Record<string, Round[]> = {};
    for (let round = 1; round <= ROUNDS; round++) {
      for (const contender of CONTENDERS) {
        const name = `${contender.name}_${round}`;
        const admin = await connect(url('postgres'));
        await admin.query(`create database ${name}`);
        await migrateDatabase(url(name));
        const client = await connect(url(name));
        const sql = async (text: string) => void (await client.query(text));
        const result = await contender.run({ file, folder, url: url(name), sql });
        results[contender.name] = [...(results[contender.name] ?? []), result];
        await client.end();
        await admin.query(`drop database ${name}`);
        await admin.query('checkpoint');
        await admin.end();
        console.log(`round ${round}  ${contender.name.padEnd(9)} ${described(result)}`);
      }
    }
    summarise(results);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

/** Prices have three decimals, as markets quote them. */
function buildSource(path: string): string {
  return buildFile(path, 'R5', ({ sql }) => {
    sql(`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${CHARTS})
      insert into charts select i, 'chart ' || i, ${START} from n`);
    sql(`with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${CANDLES / CHARTS}),
      p as materialized (select i, round(100 + 50 * sin(i / 5000.0) + (abs(random()) % 1000) / 1000.0, 3) as price from n)
      insert into candles (chart_id, time, open, high, low, close)
      select charts.id, ${START} + i * 60, round(price + charts.id, 3),
        round(price + charts.id + 0.251, 3), round(price + charts.id - 0.3, 3),
        round(price + charts.id + 0.1 * (i % 3), 3) from charts, p order by 1, 2`);
    sql(`with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${SPANS})
      insert into span_annotations (chart_id, start_time, end_time, label, confidence, notes,
        sub_spans, created_at, source, model_prediction)
      select 1 + i % ${CHARTS}, ${START} + i * 100, ${START} + i * 100 + 3600, 'bull_flag', 1 + i % 5,
        'note ' || i, '[{"label":"pole","start":' || i || '}]', ${START}, 'human',
        '{"label":"bull_flag","confidence":0.5}' from n`);
  });
}

const CONTENDERS: Contender[] = [
  { name: 'ours', run: byUs },
  { name: 'pgloader', run: byPgloader },
  { name: 'pipe', run: byPipe },
];

async function byUs({ file, folder, url }: Job): Promise<Round> {
  const report = join(folder, 'report');
  const { code, seconds, output } = await startCommand(url, [file, '--yes', '--report', report])
    .ended;
  if (code !== 0) throw new Error(output);
  const { seconds: laps, memory } = JSON.parse(
    await readFile(join(report, 'report.json'), 'utf8'),
  ) as Report;
  const detail = Object.entries(laps).map(([what, each]) => `${what} ${each.toFixed(1)}`);
  return { seconds, tiles: 0, memory, detail: detail.join(', ') };
}

const DROP_KEYS = `alter table candles drop constraint candles_chart_id_time_pk;
  alter table candles drop constraint candles_chart_id_charts_id_fk`;
const BUILD_KEYS = `set maintenance_work_mem = '256MB';
  alter table candles add primary key (chart_id, time);
  alter table candles add foreign key (chart_id) references charts on delete cascade`;
const SPANS_FROM = (schema: string) => `
  insert into span_annotations (id, uid, chart_id, start_time, end_time, label, confidence, outcome,
    notes, sub_spans, color, source, model_prediction, rev, created_at, created_by, updated_at, updated_by)
  select id, gen_random_uuid(), chart_id, to_timestamp(start_time), to_timestamp(end_time), label,
    confidence, outcome, notes, sub_spans::jsonb, color, source, model_prediction::jsonb, 1,
    to_timestamp(created_at), 'local', to_timestamp(created_at), 'local'
  from ${schema}.span_annotations;
  insert into revisions (chart_id, rev, uid, entity, op, after, actor, at)
  select chart_id, rev, uid, 'span', 'create', to_jsonb(s), 'local', created_at from span_annotations s;
  update charts set rev = 1 where id in (select chart_id from span_annotations)`;
const SEQUENCES = `select setval('charts_id_seq', (select max(id) from charts)),
  setval('span_annotations_id_seq', (select max(id) from span_annotations))`;

/** Into tables like the old ones, as it is meant to be used, and from there by SQL. */
async function byPgloader({ file, folder, url, sql }: Job): Promise<Round> {
  const script = join(folder, 'move.load');
  await writeFile(
    script,
    `load database from sqlite://${file} into ${url.replace('postgres://', 'postgresql://')}
     with include no drop, create tables, create no indexes, no foreign keys, reset no sequences
     set search_path to 'legacy', work_mem to '64MB'
     cast type real to float using float-to-string;`,
  );
  await sql('create schema legacy');
  const started = performance.now();
  const { stdout } = await promisify(execFile)('pgloader', ['--no-ssl-cert-verification', script]);
  const loaded = performance.now();
  await sql(DROP_KEYS);
  await sql(`insert into charts (id, name, created_at, created_by)
    select id, name, to_timestamp(created_at), 'local' from legacy.charts`);
  await sql(`insert into candles (chart_id, time, open, high, low, close)
    select chart_id, to_timestamp(time), open, high, low, close from legacy.candles`);
  await sql(BUILD_KEYS);
  await sql(SPANS_FROM('legacy'));
  await sql(SEQUENCES);
  await sql('drop schema legacy cascade');
  await sql('analyze');
  await expectAll(url, stdout);
  const tiles = await buildTiles(url);
  const seconds = (performance.now() - started) / 1000;
  const loading = ((loaded - started) / 1000).toFixed(1);
  return { seconds, tiles, detail: `loading alone ${loading}` };
}

/** Digits that give every double back. */
async function byPipe({ file, url, sql }: Job): Promise<Round> {
  const pipe = (select: string, target: string) =>
    promisify(execFile)('bash', [
      '-c',
      `set -o pipefail; sqlite3 -csv "$0" "$1" | psql -q "$2" -c "\\copy $3 from stdin csv"`,
      ...[file, select, url, target],
    ]);
  await sql('create schema legacy');
  await sql(`create table legacy.span_annotations (id int, chart_id int, start_time bigint, end_time bigint,
    label text, confidence int, outcome text, notes text, sub_spans text, color text, created_at bigint,
    source text, model_prediction text)`);
  const started = performance.now();
  await sql(DROP_KEYS);
  await pipe(
    "select id, name, datetime(created_at, 'unixepoch') || '+00' from charts",
    'charts (id, name, created_at)',
  );
  const price = (name: string) => `printf('%!.17g', ${name})`;
  await pipe(
    `select chart_id, datetime(time, 'unixepoch') || '+00', ${['open', 'high', 'low', 'close'].map(price)} from candles`,
    'candles (chart_id, time, open, high, low, close)',
  );
  await sql(BUILD_KEYS);
  await pipe('select * from span_annotations', 'legacy.span_annotations');
  await sql(SPANS_FROM('legacy'));
  await sql(SEQUENCES);
  await sql('drop schema legacy cascade');
  await sql('analyze');
  await expectAll(url, 'the pipe');
  const tiles = await buildTiles(url);
  return { seconds: (performance.now() - started) / 1000, tiles, detail: '' };
}

async function expectAll(url: string, output: string) {
  const client = await connect(url);
  const { rows } = await client.query(
    'select (select count(*) from candles)::int as candles, (select count(*) from span_annotations)::int as spans',
  );
  await client.end();
  if (rows[0].candles !== CANDLES || rows[0].spans !== SPANS) throw new Error(output);
}

/** What ours does on the way, by the same code: part of the same end. */
async function buildTiles(url: string): Promise<number> {
  const started = performance.now();
  const client = await connect(url);
  await client.query('begin');
  for (let chart = 1; chart <= CHARTS; chart++) await rebuildTiles(client, chart);
  await client.query('commit');
  await client.end();
  return (performance.now() - started) / 1000;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone to 'UTC'");
  return client;
}

const described = ({ seconds, tiles, memory, detail }: Round) => {
  const apart = tiles > 0 ? `, ${tiles.toFixed(1)} s of them for tiles` : '';
  const held = memory ? `, ${megabytes(memory)} of memory at most` : '';
  const rate = count(Math.round(CANDLES / seconds));
  return `${seconds.toFixed(1)} s${apart}, ${rate} candles/s${held}  ${detail}`;
};
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

function summarise(results: Record<string, Round[]>) {
  const median = (name: string, of: (round: Round) => number) =>
    percentile((results[name] ?? []).map(of), 'p50');
  const ours = median('ours', ({ seconds }) => seconds);
  console.log();
  for (const [name, atLeast] of Object.entries(BUDGETS)) {
    const ratio = median(name, ({ seconds }) => seconds) / ours;
    assertBudget(`the rate of ${name}, ours verified`, ratio, { atLeast });
    const apart = median(name, ({ seconds, tiles }) => seconds - tiles) / ours;
    console.log(`        ${apart.toFixed(2)}× when ${name} builds no tiles`);
  }
  const memory = Math.max(...(results.ours ?? []).map((round) => round.memory ?? 0));
  assertBudget(`${MOST_MB} MB of memory`, memory / 2 ** 20 / MOST_MB, { atMost: 1 });
}
