import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRPCError } from '@trpc/server';
import { sql } from 'drizzle-orm';
import { afterAll, vi } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import { importFile } from './candles/import/import-file';
import { callerFor } from './root';
import type { Scope } from './scope';
import { call, serverTests, type TestServer } from './testing';

export const MARKER = 'only-bob-knows';
const BARS = 60;
export const CSV = `time,open,high,low,close\n${Array.from({ length: BARS }, (_, i) => `${i * 60},1,2,0.5,1.5\n`).join('')}`;

export type Things = {
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
export const bars = { startTime: 0, endTime: 600 };
export const window = { from: 0, to: 1e9 };
export const fileName = 'prices.csv';
export const mapping = {
  delimiter: ',' as const,
  skipLines: 1,
  columns: ['time' as const, 'open' as const, 'high' as const, 'low' as const, 'close' as const],
  timeFormat: 'unix-s' as const,
  timeZone: 'UTC',
  decimalComma: false,
};

export const LABEL_FILE = 'labels.json';

const actor = (id: string) => ({ id, role: 'owner' as const });
const scopeOf = (id: string): Scope => ({ actor: actor(id), permission: 'manage' });

/** The same kinds of things that do not exist. */
export const missing = (): Things => ({
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

/** Without the numbers and uuids that the caller has named. */
export const masked = (text: string) => text.replaceAll(/[\da-f]{8}-[\da-f-]{27}|\d+/g, '…');

/** The answer as text, with what it holds in base64. */
export function textOf(answer: unknown): string {
  const text = JSON.stringify(answer) ?? '';
  const files = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('latin1'),
  );
  return [text, ...files].join('\n');
}

/**
 * Alice and Bob are owners, and each has a chart; Vera is a user without one. For as long as the tests of the file
 * run that calls this.
 */
export async function scopeTests() {
  const server = await serverTests();
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-scope-'));
  const as = (id: string) => callerFor({ db: server.db, actor: actor(id) });
  await writeFile(join(folder, fileName), CSV);
  vi.stubEnv('DATABASE_URL', server.url);
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('DATA_DIR', folder);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await server.db.execute(
    sql`insert into users (id, name) values ('alice', 'Alice'), ('bob', 'Bob'), ('vera', 'Vera')`,
  );
  await as('alice').charts.create({ name: 'Mine' });

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
    const span = {
      ...completeSpan({ ...bars, endTime: 1_800, label: 'bull_flag' }),
      notes: MARKER,
    };
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

  /** A file for the procedure to read, of Bob's labels where it reads labels. */
  async function labelsOrCandles(path: string, { chartId }: Things): Promise<string> {
    if (path !== 'exports.importLabels') return CSV;
    const spans = { format: 'spans-json', chartIds: [chartId] };
    const parts = (await answerTo('bob', 'exports.download', spans)) as { data: string }[];
    return parts.map(({ data }) => data).join('');
  }

  return { server, as, upload, seed, state, answerTo, failure, labelsOrCandles };
}
