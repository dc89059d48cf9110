import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoopLogger } from 'drizzle-orm/logger';
import { Client } from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import { importFile } from './candles/import/import-file';
import { procedures, type TestServer, testServer } from './testing';

/*
 * A cluster refuses statements that one PostgreSQL runs. Every procedure that writes is called once, and
 * the plan of each statement it sends, and of those in the model service, is held against Citus' rules.
 */

let server: TestServer;
let client: postgres.Sql;
let folder: string;
let functions: { volatile: RegExp; mutable: RegExp; stableOfColumn: RegExp } | undefined;
beforeAll(async () => {
  server = await testServer();
  client = postgres(server.url, { max: 1, onnotice: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-distributable-'));
  vi.stubEnv('DATABASE_URL', server.url);
  vi.stubEnv('DATA_DIR', folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await client.end();
  await rm(folder, { recursive: true });
  await server.close();
});

/** The statements of every procedure that writes; fails where one is not called. */
async function callAllWriters(): Promise<string[]> {
  // Drizzle tells every statement to its logger, which does nothing; pg has none.
  const logged = vi.spyOn(NoopLogger.prototype, 'logQuery') as unknown as Spy;
  const query = vi.spyOn(Client.prototype, 'query') as unknown as Spy;
  const called = new Set<string>();
  const all = recorded(server.owner, called);
  const path = join(folder, 'prices.csv');
  await writeFile(path, `time,open,high,low,close\n${bars(0, 40)}`);
  const mapping = {
    delimiter: ',' as const,
    skipLines: 1,
    columns: ['time' as const, 'open' as const, 'high' as const, 'low' as const, 'close' as const],
    timeFormat: 'unix-s' as const,
    timeZone: 'UTC',
    decimalComma: false,
  };
  const made = await importFile({ url: server.url, path, chartName: 'Chart', mapping });
  if (made.type !== 'done') throw new Error('the chart was refused');
  const { chartId } = made;
  const upload = async (text: string) => {
    const uploadId = randomUUID();
    await all.uploads.append({ uploadId, offset: 0, bytes: Buffer.from(text).toString('base64') });
    return uploadId;
  };
  const span = (uid: string) => ({
    uid,
    ...completeSpan({ startTime: 0, endTime: 600, label: 'bull_flag' }),
  });
  const mark = (uid: string) => ({
    uid,
    ...completeAnnotation({ time: 0, labelType: 'break_up' }),
  });
  const window = { chartId, from: -1e9, to: 1e9 };
  const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const set = { displayName: 'New', color: '#112233' };
  const spanType = await all.spans.createType({ name: 'new', ...set });
  const markType = await all.annotations.createType({ name: 'new', ...set, category: 'marker' });
  await all.charts.rename({ chartId, name: 'Renamed' });
  await all.charts.setExchangeZone({ chartId, zone: 'America/New_York' });
  const merge = { mode: 'merge' as const, chartId };
  const rows = {
    uploadId: await upload(`time,open,high,low,close\n${bars(20, 60)}`),
    fileName: 'more.csv',
    mapping,
  };
  for await (const _ of await all.uploads.previewImport({ ...rows, ...merge }));
  for await (const _ of await all.uploads.import({ ...rows, target: merge }));
  await all.uploads.discard({ uploadId: await upload('x') });
  const { rev } = await all.spans.save({ chartId, diff: { created: [span(a), span(b), span(c)] } });
  await all.spans.save({
    chartId,
    diff: { updated: [{ ...span(a), notes: 'n', rev }], deleted: [{ uid: b, rev }] },
  });
  const marked = await all.annotations.save({ chartId, diff: { created: [mark(d)] } });
  await all.annotations.save({
    chartId,
    diff: { updated: [{ ...mark(d), color: '#112233', rev: marked.rev }] },
  });
  const range = { chartId, startTime: 0, endTime: 600 };
  const examined = await all.examined.mark({ ...range, labelSet: ['bull_flag'] });
  const [label] = (await all.spans.types()).filter(({ name }) => name === 'bull_flag');
  await all.spans.updateType({ id: label!.id, name: 'flag' });
  await all.spans.updateType({ id: label!.id, name: 'bull_flag' });
  const [type] = (await all.annotations.types()).filter(({ name }) => name === 'break_up');
  await all.annotations.updateType({ id: type!.id, name: 'up' });
  await all.annotations.updateType({ id: type!.id, name: 'break_up' });
  await all.spans.reorderTypes({ ids: (await all.spans.types()).map(({ id }) => id).reverse() });
  const types = await all.annotations.types();
  await all.annotations.reorderTypes({ ids: types.map(({ id }) => id).reverse() });
  await all.spans.updateType({ id: spanType.id, groupName: 'Group' });
  await all.spans.setOverlap({ name: 'Group', overlap: 'trim' });
  await all.spans.setOverlap({ name: 'Group', overlap: 'allow' });
  await all.spans.renameGroup({ name: 'Group', newName: 'Other group' });
  await all.spans.mergeTypes({ from: label!.id, into: spanType.id });
  await all.spans.unmergeType({ id: label!.id });
  await all.spans.deleteType({ id: spanType.id });
  await all.annotations.deleteType({ id: markType.id });
  const run = await all.runs.queue({ chartIds: [chartId] });
  await all.runs.rename({ runId: run.id, name: 'first' });
  await all.runs.cancel({ runId: run.id });
  const done = await all.runs.queue({ chartIds: [chartId] });
  await client`update training_runs set status = 'succeeded', model = '' where id = ${done.id}`;
  const [prediction] = await client<{ id: number }[]>`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (${chartId}, ${done.id}, to_timestamp(0), to_timestamp(600), 'bull_flag', 0.5) returning id::int`;
  await all.predictions.review({
    chartId,
    reviews: [{ id: prediction!.id, status: 'confirmed', spanUid: a }],
    diff: {},
  });
  const ofRun = { runId: done.id };
  await all.predictions.request({ ...ofRun, chartIds: [chartId] });
  await all.predictions.cancel(ofRun);
  const search = await all.searches.start({ ...range, label: 'bull_flag' });
  await client`update training_runs set status = 'succeeded' where id = ${search.id}`;
  await all.searches.rank({ chartId, runId: search.id });
  await all.examined.unmark(range);
  await all.examined.revert({ chartId, rev: examined.rev });
  await all.exports.importLabels({
    uploadId: await upload(JSON.stringify([{ start: 0, end: 60, label: 'bull_flag' }])),
    fileName: 'labels.json',
    chartId,
  });
  await all.history.restore({ chartId, rev: 1 });
  await all.spans.bulkDelete(window);
  await all.annotations.bulkDelete(window);
  await all.runs.delete({ runId: done.id });
  await all.charts.create({ name: 'Empty' });
  await all.charts.delete({ chartId });
  await all.charts.restore({ chartId });
  await all.example.open({});
  const sent = [...logged.mock.calls, ...query.mock.calls].flatMap(([given]) =>
    typeof given === 'string' ? given : ((given as { text?: string } | null)?.text ?? []),
  );
  logged.mockRestore();
  query.mockRestore();
  const writers = procedures.filter(({ type }) => type === 'mutation').map(({ path }) => path);
  expect([...called], 'call it here, so that its statements are held too').toEqual(
    expect.arrayContaining(writers),
  );
  return sent;
}
type Spy = { mock: { calls: unknown[][] }; mockRestore: () => void };
/** The caller, which notes the path of each procedure that is called. */
const recorded = <T extends object>(caller: T, called: Set<string>, path = ''): T =>
  new Proxy(caller, {
    get(target, key) {
      const at = path ? `${path}.${String(key)}` : String(key);
      called.add(at);
      const member: unknown = Reflect.get(target, key);
      return path || typeof member !== 'function' ? member : recorded(member, called, at);
    },
  });
const bars = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${(from + i) * 60},1,2,0.5,1.5\n`).join('');

const SERVICE = 'services/ml/app';
/** Statements of the model service that stand in one piece in its source. */
function ofModelService(): string[] {
  const files = readdirSync(SERVICE, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.py'))
    .flatMap((file) => {
      const literals = readFileSync(join(SERVICE, file), 'utf8').matchAll(
        /(?:execute|_sql)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g,
      );
      return [...literals].flatMap(([, parts = '']) => {
        let number = 0;
        const text = parts
          .replace(/"\s*"/g, '')
          .trim()
          .slice(1, -1)
          .replaceAll(/%s|%\(\w+\)s/g, () => `$${++number}`);
        return file === 'job_queue.py' ? QUEUES.map((queue) => queue(text)) : [text];
      });
    });
}
/** What `job_queue.py` makes of a statement for each of its two queues. */
const QUEUES = [
  {
    table: 'training_runs',
    rows: 'training_runs q',
    is_ours: `coalesce(q.params->>'model', '') = any(array['a'])`,
    order: 'q.id',
    taken_again: `, log = log || case when attempts > 0 then 'Taken up again.' || chr(10) else '' end`,
    given_back: ', stage = null',
    logged: `, log = log || ''`,
  },
  {
    table: 'prediction_requests',
    rows: 'prediction_requests q join training_runs r on r.id = q.training_run_id',
    is_ours: `coalesce(r.params->>'model', '') = any(array['a'])`,
    order: 'q.start_time is null and q.end_time is null, q.id',
    taken_again: '',
    given_back: '',
    logged: '',
  },
].map(
  (parts) => (text: string) =>
    Object.entries({ ...parts, is_dead: 'q.heartbeat_at < now()' }).reduce(
      (filled, [name, part]) => filled.replaceAll(`{${name}}`, part),
      text,
    ),
);

type Node = { 'Node Type': string; Operation?: string; Alias?: string; Plans?: Node[] } & Record<
  string,
  unknown
>;
const CONDITIONS = /^(Output|.*Cond|.*Filter)$/;
const own = (node: Node) =>
  Object.entries(node)
    .filter(([key]) => CONDITIONS.test(key))
    .flatMap(([, value]) => value as string | string[])
    .join('\n');
const isCte = (node: Node) => String(node['Subplan Name'] ?? '').startsWith('CTE ');
/** A statement's own parts; Citus plans each CTE by itself. */
const below = (node: Node): Node[] => [
  node,
  ...(node.Plans ?? []).filter((part) => !isCte(part)).flatMap(below),
];
const everywhere = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(everywhere)];

/** What Citus would say of a statement. */
async function refusalsOf(text: string): Promise<string[]> {
  const [row] = await client.unsafe(`explain (generic_plan, verbose, format json) ${text}`);
  const plan: Node = row?.['QUERY PLAN'][0].Plan;
  functions ??= {
    volatile: new RegExp(`\\b(${await namesOf('{v}')})\\(`),
    mutable: new RegExp(`\\b(${await namesOf('{v,s}')})\\(`),
    stableOfColumn: new RegExp(
      `\\b(${await namesOf('{s}')})\\([^()]*(?<![$':])\\b[a-z_]\\w*\\b(?!')`,
    ),
  };
  const { volatile, mutable, stableOfColumn } = functions;
  const writes = everywhere(plan).filter((node) => node['Node Type'] === 'ModifyTable');
  return writes.flatMap((write) => {
    const parts = below(write).map(own).join('\n');
    const isChange = write.Operation !== 'Insert';
    return [
      isChange && volatile.test(parts) && 'a volatile function in an UPDATE or DELETE',
      isChange &&
        stableOfColumn.test(parts) &&
        'a stable function of a column in an UPDATE or DELETE',
      mutable.test(own(write)) && 'a function that is not immutable in RETURNING',
      isChange && TIME_IN_CASE.test(parts) && 'the time inside CASE or COALESCE of an UPDATE',
      isChange && /\bctid = |= (\w+\.)?ctid\b/.test(parts) && 'a join by ctid',
    ].filter((problem) => problem !== false);
  });
}
const TIME_IN_CASE = /(COALESCE\([^()]*|\bCASE\b(?:(?!\bEND\b).)*)\b(now|statement_timestamp)\(/;

async function namesOf(kinds: string): Promise<string> {
  const found = await client<{ name: string }[]>`
    select distinct proname as name from pg_proc where provolatile = any(${kinds}::"char"[])
      and pronamespace = 'pg_catalog'::regnamespace and proname ~ '^[a-z_0-9]+$'
      and proname not in (select proname from pg_proc where provolatile = 'i')`;
  return found.map(({ name }) => name).join('|');
}

test.each([
  ['volatile', `update charts set data_rev = extract(epoch from clock_timestamp())`],
  ['stable', `update charts set before_deletion = jsonb_build_object('name', name)`],
  ['volatile', `delete from charts where name = gen_random_uuid()::text`],
  ['RETURNING', `update charts set rev = 1 returning pg_notify('chart', id::text)`],
  ['RETURNING', `insert into charts (name) values ('a') returning jsonb_build_object('id', id)`],
  ['CASE', `update training_runs set started_at = coalesce(started_at, now())`],
  [
    'ctid',
    `with r as materialized (select id, ctid as at from charts limit 1)
     update charts set rev = 1 from r where charts.ctid = r.at`,
  ],
])('it is noticed where a statement has what a cluster refuses: %s, %s', async (what, text) => {
  expect((await refusalsOf(text)).join()).toContain(what);
});

test('nothing is written in a way that a cluster refuses', async () => {
  const sent = await callAllWriters();
  const writes = [...new Set([...sent, ...ofModelService()])].filter((text) =>
    /^\s*(with|insert|update|delete)\b/i.test(text),
  );
  const problems: string[] = [];
  // What an import reads its rows from is gone with its connection.
  for (const text of new Set(sent)) {
    if (/^\s*create temp/.test(text)) await client.unsafe(text.replace('on commit drop', ''));
  }
  for (const text of writes) {
    for (const problem of await refusalsOf(text)) problems.push(`${problem}: ${text}`);
  }
  expect(writes.length).toBeGreaterThan(30);
  expect(problems).toEqual([]);
});
