import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type inferRouterInputs, TRPCError } from '@trpc/server';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import { importFile } from './candles/import/import-file';
import { type AppRouter, callerFor } from './root';
import type { Scope } from './scope';
import { call, procedures, type TestServer, testServer } from './testing';

/*
 * Alice and Bob are owners, and each has a chart. Every procedure is tried by Alice with what is
 * Bob's: she reads nothing of it and changes nothing, and is told what she would be told if it did
 * not exist. Bob's own call with the same input succeeds, so that each attempt is a real one.
 */

const MARKER = 'only-bob-knows';
const BARS = 60;
const CSV = `time,open,high,low,close\n${Array.from({ length: BARS }, (_, i) => `${i * 60},1,2,0.5,1.5\n`).join('')}`;

type Things = {
  chartId: number;
  dataRev: number;
  queuedRun: number;
  doneRun: number;
  searchRun: number;
  predictionId: number;
  spanUid: string;
  uploadId: string;
  examinedRev: number;
};
type Own = { uploadId: string };
type Case<Input> =
  /** Names something of Bob's; `own` are the caller's uploads. */
  | { names: (bob: Things, own: Own) => Input }
  /** As `names`, and answers anybody, the same for what is somebody else's and what is not there. */
  | { spares: (bob: Things) => Input }
  /** Names nothing; the answer holds what the caller may see. */
  | { asks: Input }
  /** Not about charts. */
  | { shared: string };
type Inputs = inferRouterInputs<AppRouter>;
type Cases = { [D in keyof Inputs]: { [P in keyof Inputs[D]]: Case<Inputs[D][P]>[] } };

const LABELS = [{ shared: 'label sets are the whole installation’s' }];
const window = { from: 0, to: 1e9 };
const bars = { startTime: 0, endTime: 600 };
const chart = { names: ({ chartId }: Things) => ({ chartId }) };
const inWindow = { names: ({ chartId }: Things) => ({ chartId, ...window }) };
const fileName = 'prices.csv';
const mapping = {
  delimiter: ',' as const,
  skipLines: 1,
  columns: ['time' as const, 'open' as const, 'high' as const, 'low' as const, 'close' as const],
  timeFormat: 'unix-s' as const,
  timeZone: 'UTC',
  decimalComma: false,
};

const CASES: Cases = {
  charts: {
    list: [{ asks: undefined }],
    overview: [{ asks: undefined }],
    picture: [chart],
    deleted: [{ asks: undefined }],
    restore: [chart],
    oldDatabase: [{ shared: 'a file of this machine, for who manages the installation' }],
    get: [chart],
    contents: [chart],
    create: [{ asks: { name: 'Mine' } }],
    rename: [{ names: ({ chartId }) => ({ chartId, name: `${MARKER} ${randomUUID()}` }) }],
    delete: [chart],
  },
  candles: {
    pyramid: [chart],
    tiles: [
      {
        names: ({ chartId, dataRev }) => ({
          chartId,
          dataRev,
          timeframe: 60,
          level: 0,
          seqs: [0],
        }),
      },
    ],
    locate: [{ names: ({ chartId }) => ({ chartId, timeframe: 60, time: 90 }) }],
    window: [inWindow],
    gaps: [chart],
  },
  uploads: {
    append: [{ names: ({ uploadId }) => ({ uploadId, offset: CSV.length, bytes: '' }) }],
    inspect: [{ names: ({ uploadId }) => ({ uploadId, fileName }) }],
    range: [{ names: ({ uploadId }) => ({ uploadId, fileName, mapping }) }],
    previewImport: [
      {
        names: ({ chartId }, own) => ({ ...own, fileName, mapping, mode: 'merge', chartId }),
      },
    ],
    import: [
      {
        names: ({ chartId }, own) => ({
          ...own,
          fileName,
          mapping,
          target: { mode: 'merge', chartId },
        }),
      },
    ],
    outcome: [{ spares: ({ uploadId }) => ({ uploadId }) }],
    discard: [{ spares: ({ uploadId }) => ({ uploadId }) }],
  },
  annotations: {
    types: LABELS,
    createType: LABELS,
    updateType: LABELS,
    reorderTypes: LABELS,
    deleteType: LABELS,
    list: [inWindow],
    counts: [inWindow],
    save: [
      {
        names: ({ chartId }) => ({
          chartId,
          diff: {
            created: [
              { uid: randomUUID(), ...completeAnnotation({ time: 0, labelType: 'break_up' }) },
            ],
          },
        }),
      },
    ],
    bulkDelete: [inWindow],
  },
  spans: {
    types: LABELS,
    createType: LABELS,
    updateType: LABELS,
    reorderTypes: LABELS,
    deleteType: LABELS,
    list: [inWindow],
    earlyEnds: [chart],
    counts: [inWindow],
    save: [
      {
        names: ({ chartId }) => ({
          chartId,
          diff: {
            created: [{ uid: randomUUID(), ...completeSpan({ ...bars, label: 'bull_flag' }) }],
          },
        }),
      },
    ],
    bulkDelete: [inWindow],
  },
  examined: {
    list: [chart],
    count: [chart],
    next: [{ asks: { asker: randomUUID() } }],
    mark: [{ names: ({ chartId }) => ({ chartId, ...bars }) }],
    unmark: [{ names: ({ chartId }) => ({ chartId, ...bars }) }],
    revert: [{ names: ({ chartId, examinedRev }) => ({ chartId, rev: examinedRev }) }],
  },
  history: {
    revisions: [chart],
    entries: [chart],
    asOf: [
      { names: ({ chartId }) => ({ chartId, moment: { rev: 1 } }) },
      { names: ({ chartId }) => ({ chartId, moment: { at: 1 } }) },
    ],
    restore: [{ names: ({ chartId }) => ({ chartId, rev: 0 }) }],
  },
  live: {
    chart: [{ names: ({ chartId }) => ({ chartId, since: 0 }) }],
    charts: [{ spares: ({ chartId }) => ({ charts: [{ chartId, since: 0 }] }) }],
  },
  runs: {
    queue: [{ names: ({ chartId }) => ({ chartIds: [chartId] }) }],
    list: [chart],
    all: [{ asks: {} }],
    waiting: [{ asks: {} }],
    get: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
    cancel: [{ names: ({ queuedRun }) => ({ runId: queuedRun }) }],
    rename: [{ names: ({ doneRun }) => ({ runId: doneRun, name: 'mine' }) }],
    delete: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
    service: [{ shared: 'whether the service of this installation is there' }],
  },
  predictions: {
    list: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun, ...window }) }],
    review: [
      {
        names: ({ chartId, predictionId }) => ({
          chartId,
          reviews: [{ id: predictionId, status: 'new', spanUid: null }],
          diff: {},
        }),
      },
    ],
    request: [
      { names: ({ chartId, doneRun }) => ({ runId: doneRun, chartIds: [chartId] }) },
      { names: ({ doneRun }) => ({ runId: doneRun, chartIds: null }) },
    ],
    progress: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun }) }],
    conditions: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun }) }],
    cancel: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
  },
  searches: {
    start: [{ names: ({ chartId }) => ({ chartId, ...bars, label: 'bull_flag' }) }],
    live: [
      { names: ({ chartId }) => ({ chartId, ...bars, label: 'bull_flag', asker: randomUUID() }) },
    ],
    rank: [{ names: ({ chartId, searchRun }) => ({ chartId, runId: searchRun }) }],
    list: [chart],
    all: [{ asks: {} }],
  },
  outcomes: {
    after: [{ names: ({ chartId }) => ({ chartId, time: 60 }) }],
    byLabel: [chart],
  },
  exports: {
    download: [
      { names: ({ chartId }) => ({ format: 'spans-json', chartIds: [chartId] }) },
      { asks: { format: 'spans-json', chartIds: null } },
      { asks: { format: 'parquet', chartIds: null } },
      { asks: { format: 'points-csv', chartIds: null } },
      { asks: { format: 'bio-csv', chartIds: null } },
      { asks: { format: 'windowed-csv', chartIds: null } },
    ],
    labelFormat: [{ names: ({ uploadId }) => ({ uploadId, fileName }) }],
    importLabels: [
      { names: ({ chartId }, own) => ({ uploadId: own.uploadId, fileName: LABEL_FILE, chartId }) },
    ],
  },
};
const LABEL_FILE = 'labels.json';

let server: TestServer;
let folder: string;
let bob: Things;
const actor = (id: string) => ({ id, role: 'owner' as const });
const as = (id: string) => callerFor({ db: server.db, actor: actor(id) });
const scopeOf = (id: string): Scope => ({ actor: actor(id), permission: 'manage' });

beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-scope-'));
  await writeFile(join(folder, fileName), CSV);
  vi.stubEnv('DATABASE_URL', server.url);
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('DATA_DIR', folder);
  await server.db.execute(
    sql`insert into users (id, name) values ('alice', 'Alice'), ('bob', 'Bob'), ('vera', 'Vera')`,
  );
  await as('alice').charts.create({ name: 'Mine' });
  bob = await seed();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await server.close();
});

async function upload(id: string, text: string): Promise<string> {
  const uploadId = randomUUID();
  const bytes = Buffer.from(text).toString('base64');
  await as(id).uploads.append({ uploadId, offset: 0, bytes });
  return uploadId;
}

/** A chart of Bob's with a little of everything. */
async function seed(): Promise<Things> {
  const name = `${MARKER} ${randomUUID()}`;
  const path = join(folder, fileName);
  const options = { url: server.url, path, chartName: name, mapping, scope: scopeOf('bob') };
  const made = await importFile(options);
  if (made.type !== 'done') throw new Error('the chart was refused');
  const { chartId } = made;
  const spanUid = randomUUID();
  const span = { ...completeSpan({ ...bars, endTime: 1_800, label: 'bull_flag' }), notes: MARKER };
  const marker = { ...completeAnnotation({ time: 60, labelType: 'break_up' }), color: '#b0bb0b' };
  await as('bob').spans.save({ chartId, diff: { created: [{ ...span, uid: spanUid }] } });
  await as('bob').annotations.save({
    chartId,
    diff: { created: [{ ...marker, uid: randomUUID() }] },
  });
  const { rev } = await as('bob').examined.mark({ chartId, ...bars });
  const { id: queuedRun } = await as('bob').runs.queue({ chartIds: [chartId] });
  const { id: doneRun } = await as('bob').runs.queue({ chartIds: [chartId] });
  await server.db.execute(
    sql`update training_runs set status = 'succeeded', log = ${MARKER}, model = '' where id = ${doneRun}`,
  );
  await as('bob').predictions.request({ runId: doneRun, chartIds: [chartId] });
  const { id: searchRun } = await as('bob').searches.start({
    chartId,
    ...bars,
    label: 'bull_flag',
  });
  await server.db.execute(
    sql`update training_runs set status = 'succeeded' where id = ${searchRun}`,
  );
  const [prediction] = await server.db.execute<{ id: number }>(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${chartId}, ${doneRun}, to_timestamp(0), to_timestamp(60), ${MARKER}, 0.5)
    returning id::int`);
  const predictionId = prediction?.id ?? 0;
  const uploadId = await upload('bob', CSV);
  const { dataRev } = await as('bob').charts.get({ chartId });
  return {
    chartId,
    dataRev,
    queuedRun,
    doneRun,
    searchRun,
    predictionId,
    spanUid,
    uploadId,
    examinedRev: rev,
  };
}

/** The same kinds of things that do not exist. */
const missing = (): Things => ({
  chartId: 2_000_000_000,
  dataRev: 1,
  queuedRun: 2_000_000_000,
  doneRun: 2_000_000_000,
  searchRun: 2_000_000_000,
  predictionId: 2_000_000_000,
  spanUid: randomUUID(),
  uploadId: randomUUID(),
  examinedRev: 1,
});

const OF_CHART = [
  'candles',
  'candle_tiles',
  'annotations',
  'span_annotations',
  'examined_ranges',
  'revisions',
  'predictions',
  'prediction_requests',
  'chart_members',
];
/** All that is Bob's. */
async function state({ chartId, queuedRun, doneRun, uploadId }: Things) {
  const rows = [
    ...OF_CHART.map(
      (table) =>
        sql`select ${table} || t::text as row from ${sql.identifier(table)} t where chart_id = ${chartId}`,
    ),
    sql`select t::text from charts t where id = ${chartId}`,
    sql`select t::text from training_runs t where id in (${queuedRun}, ${doneRun})`,
  ];
  const [stored] = await server.db.execute(
    sql`select md5(string_agg(row, '' order by row)) as hash, count(*) from (${sql.join(rows, sql` union all `)}) r`,
  );
  return { stored, upload: await as('bob').uploads.inspect({ uploadId, fileName }) };
}

/** The answer, of a stream all its parts; of one that goes on, the first. */
async function answerTo(id: string, path: string, input: unknown): Promise<unknown> {
  const result = await call(as(id) as TestServer['owner'], path, input);
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    return result;
  }
  const parts: unknown[] = [];
  for await (const part of result as AsyncIterable<unknown>) {
    parts.push(part);
    if (path.startsWith('live.')) break;
  }
  return parts;
}

async function failure(id: string, path: string, input: unknown) {
  const error = await answerTo(id, path, input).then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  if (!(error instanceof TRPCError)) throw error;
  return { code: error.code, message: masked(error.message) };
}

/** Without the numbers and uuids that the caller has named. */
const masked = (text: string) => text.replaceAll(/[\da-f]{8}-[\da-f-]{27}|\d+/g, '…');

/** The answer as text, with what it holds in base64. */
function textOf(answer: unknown): string {
  const text = JSON.stringify(answer) ?? '';
  const files = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('latin1'),
  );
  return [text, ...files].join('\n');
}

const all = procedures.map(({ path, type }) => {
  const [domain = '', name = ''] = path.split('.');
  const cases = (CASES as Record<string, Record<string, Case<unknown>[]>>)[domain]?.[name];
  return { path, type, cases };
});

describe.each(all)('$path', ({ path, type, cases }) => {
  test('shows and changes nothing of another’s chart', async () => {
    expect(cases, `src/server/scope.test.ts has no case of ${path}`).toBeDefined();
    for (const each of cases ?? []) {
      if ('shared' in each) continue;
      const before = await state(bob);
      if ('asks' in each) {
        expect(textOf(await answerTo('alice', path, each.asks))).not.toContain(MARKER);
      } else if ('spares' in each) {
        const none = masked(textOf(await answerTo('alice', path, each.spares(missing()))));
        const answer = textOf(await answerTo('alice', path, each.spares(bob)));
        expect(masked(answer)).toEqual(none);
        expect(answer).not.toContain(MARKER);
      } else {
        const file = await labelsOrCandles(path);
        const own = { uploadId: await upload('alice', file) };
        const told = await failure('alice', path, each.names(bob, own));
        expect(told.code).toBe('NOT_FOUND');
        expect(told).toEqual(await failure('alice', path, each.names(missing(), own)));
        expect(await state(bob)).toEqual(before);
        await answerTo('bob', path, each.names(bob, { uploadId: await upload('bob', file) }));
        if (type === 'mutation') bob = await seed();
        continue;
      }
      expect(await state(bob)).toEqual(before);
    }
  }, 60_000);
});

test('a deleted chart is left out everywhere, and comes back to its members alone', async () => {
  const labels = await labelsOrCandles('exports.importLabels');
  await as('bob').charts.delete({ chartId: bob.chartId });
  for (const { path, cases } of all) {
    if (path === 'charts.restore') continue;
    for (const each of cases ?? []) {
      if (!('names' in each)) continue;
      const input = each.names(bob, { uploadId: await upload('bob', labels) });
      const names = typeof input === 'object' && input !== null ? Object.keys(input) : [];
      // What names neither is about files that were uploaded.
      if (!names.some((name) => /^(chart|run)Ids?$/.test(name))) continue;
      const told = await failure('bob', path, input);
      expect([path, told.code]).toEqual([path, 'NOT_FOUND']);
    }
  }
  const { chartId, doneRun } = bob;
  const listed = async () => ({
    charts: (await as('bob').charts.list()).some(({ id }) => id === chartId),
    overviews: (await as('bob').charts.overview()).some((each) => each.chartId === chartId),
    runs: (await as('bob').runs.all({})).some(({ id }) => id === doneRun),
  });
  expect(await listed()).toEqual({ charts: false, overviews: false, runs: false });
  expect(textOf(await as('alice').charts.deleted())).not.toContain(MARKER);
  await expect(as('alice').charts.restore({ chartId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await as('bob').charts.restore({ chartId });
  expect(await listed()).toEqual({ charts: true, overviews: true, runs: true });
}, 60_000);

async function labelsOrCandles(path: string): Promise<string> {
  if (path !== 'exports.importLabels') return CSV;
  const spans = { format: 'spans-json', chartIds: [bob.chartId] };
  const parts = (await answerTo('bob', 'exports.download', spans)) as { data: string }[];
  return parts.map(({ data }) => data).join('');
}

test('an attempt whose answer holds something of Bob’s is noticed', async () => {
  for (const format of ['spans-json', 'parquet', 'bio-csv', 'windowed-csv', 'points-csv']) {
    const answer = await answerTo('bob', 'exports.download', { format, chartIds: null });
    expect(textOf(answer)).toContain(MARKER);
  }
  expect(textOf(await answerTo('bob', 'charts.list', undefined))).toContain(MARKER);
});

test('a file that names another’s chart finds none', async () => {
  const file = await labelsOrCandles('exports.importLabels');
  const input = { uploadId: await upload('alice', file), fileName: LABEL_FILE, chartId: null };
  const before = await state(bob);
  await expect(as('alice').exports.importLabels(input)).rejects.toThrow('there is no such chart');
  expect(await state(bob)).toEqual(before);
});

test('labels of another’s chart are copied onto one’s own, and its rows stay as they are', async () => {
  const file = await labelsOrCandles('exports.importLabels');
  const { id: chartId } = await as('alice').charts.create({ name: 'Copy' });
  const input = { uploadId: await upload('alice', file), fileName: LABEL_FILE, chartId };
  const before = await state(bob);
  expect(await as('alice').exports.importLabels(input)).toMatchObject([{ created: 1 }]);
  const [copy] = await as('alice').spans.list({ chartId, ...window });
  expect(copy).toMatchObject({ notes: MARKER, createdBy: 'alice' });
  expect(copy?.uid).not.toBe(bob.spanUid);
  expect(await state(bob)).toEqual(before);
});

test('rows of two charts cannot be written or deleted by their uid', async () => {
  const { id: chartId } = await as('alice').charts.create({ name: 'Other' });
  const before = await state(bob);
  const fields = completeSpan({ ...bars, label: 'bull_flag' });
  const line = { ...fields, uid: bob.spanUid, rev: 1 };
  for (const diff of [{ created: [{ ...fields, uid: bob.spanUid }] }, { updated: [line] }]) {
    await expect(as('alice').spans.save({ chartId, diff })).rejects.toMatchObject({
      code: 'CONFLICT',
      cause: { conflicts: [{ uid: bob.spanUid, current: null }] },
    });
  }
  const diff = { deleted: [{ uid: bob.spanUid, rev: 1 }] };
  await as('alice').spans.save({ chartId, diff });
  expect(await state(bob)).toEqual(before);
});

test('a run that also learned from another’s chart is not shown', async () => {
  const { id: mine } = await as('alice').charts.create({ name: 'Half' });
  const [run] = await server.db.execute<{ id: number }>(sql`
    insert into training_runs (params)
    values (jsonb_build_object('chartIds', jsonb_build_array(${mine}::int, ${bob.chartId}::int)))
    returning id`);
  const runId = run?.id ?? 0;
  expect(await as('alice').runs.list({ chartId: mine })).toEqual([]);
  await expect(as('alice').runs.get({ runId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a run of one’s own predicts no chart of another, and one of another’s none of one’s own', async () => {
  const { id: mine } = await as('alice').charts.create({ name: 'To predict' });
  const [run] = await server.db.execute<{ id: number }>(sql`
    insert into training_runs (params, status, model)
    values (jsonb_build_object('chartIds', jsonb_build_array(${mine}::int)), 'succeeded', '')
    returning id`);
  const runId = run?.id ?? 0;
  const before = await state(bob);
  const request = (input: { runId: number; chartIds: number[] | null }) =>
    as('alice').predictions.request(input);
  await expect(request({ runId, chartIds: [mine, bob.chartId] })).rejects.toMatchObject({
    message: `There is no chart ${bob.chartId}.`,
  });
  await expect(request({ runId: bob.doneRun, chartIds: [mine] })).rejects.toMatchObject({
    message: `There is no training run ${bob.doneRun}.`,
  });
  await server.db.execute(sql`update charts set candle_count = 5 where id = ${mine}`);
  expect(await request({ runId, chartIds: null })).toEqual({ queued: 1 });
  expect(await state(bob)).toEqual(before);
  // A run is seen by who sees its training charts, whatever else it was made to predict.
  await server.db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${bob.chartId}, ${runId}, to_timestamp(0), to_timestamp(60), 'x', 0.5)`);
  expect(await as('alice').runs.get({ runId })).toMatchObject({ id: runId });
});

describe('a member whose role on the chart is less than it is elsewhere', () => {
  beforeAll(async () => {
    await server.db.execute(
      sql`insert into chart_members (chart_id, user_id, role) values (${bob.chartId}, 'vera', 'viewer')`,
    );
  });
  const ofChart = procedures.filter(({ inputs }) => inputs.length > 1);

  test.each(ofChart)('$path', async ({ path, meta }) => {
    const [domain = '', name = ''] = path.split('.');
    const [each] = (CASES as Record<string, Record<string, Case<unknown>[]>>)[domain]?.[name] ?? [];
    if (!each || !('names' in each)) throw new Error('every one of them names a chart');
    const input = each.names(bob, { uploadId: await upload('vera', CSV) });
    if (meta?.permission === 'read') {
      await expect(answerTo('vera', path, input)).resolves.toBeDefined();
      return;
    }
    const before = await state(bob);
    expect(await failure('vera', path, input)).toEqual({
      code: 'FORBIDDEN',
      message: 'Your role on this chart, viewer, may not do this.',
    });
    expect(await state(bob)).toEqual(before);
  });
});
