import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as schema from '@/lib/db/schema';
import { listAnnotations } from './annotations/data';
import { listEntries, listRevisions, readAsOf } from './history/data';
import { readEvents } from './live/data';
import { listPredictions } from './predictions/data';
import { countSpansByLabel, listSpans } from './spans/data';
import { ownCharts, scopeOf, type TestServer, testServer } from './testing';

/** Of one chart and run. */
const ROWS = 15_000;
const HOUR = 3600;
const scope = scopeOf(1);

let server: TestServer;
let client: postgres.Sql;
let sent: { text: string; params: unknown[] }[] = [];
beforeAll(async () => {
  server = await testServer();
  client = postgres(server.url, {
    max: 1,
    connection: { TimeZone: 'UTC' },
    debug: (_, text, params) => sent.push({ text, params }),
  });
  // Two charts and two runs with as much each; a row an hour that lasts up to fifty.
  const at = sql`to_timestamp(n / 2 * ${HOUR})`;
  const until = sql`to_timestamp((n / 2 + n % 50) * ${HOUR})`;
  const rows = sql`generate_series(1, ${sql.raw(String(2 * ROWS))}) n`;
  await server.db.execute(sql`insert into charts (id, name) values (1, 'a'), (2, 'b')`);
  await ownCharts(server.db);
  await server.db.execute(sql`insert into training_runs (id, params) values (1, '{}'), (2, '{}')`);
  await server.db.execute(sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
    select gen_random_uuid(), 1 + n % 2, ${at}, ${until}, 'custom', 1 from ${rows}`);
  await server.db.execute(sql`
    insert into annotations (uid, chart_id, time, label_type, rev, geometry)
    select gen_random_uuid(), 1 + n % 2, ${at}, 'x', 1, case when n % 1000 = 0 then
      '{"startTime": 1, "startPrice": 1, "endTime": 2, "endPrice": 2}'::jsonb end from ${rows}`);
  await server.db.execute(sql`
    insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    select 1, 1 + n % 2, ${at}, ${until}, 'custom', 0.5 from ${rows}`);
  await server.db.execute(sql`
    insert into revisions (chart_id, rev, uid, entity, op, before, actor)
    select 1 + n % 2, 1 + n / 2, gen_random_uuid(), 'span', 'delete',
      '{"startTime": 0, "endTime": 1, "notes": "as long as a row is, more or less"}', 'local'
    from ${rows}`);
  await server.db.execute(sql`update charts set rev = ${ROWS + 1}`);
  await server.db.execute(sql`vacuum analyze`);
}, 120_000);
afterAll(async () => {
  await client.end();
  await server.close();
});

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
};

/** How PostgreSQL runs what `query` sends: its kinds of scan, and the pages that it touches. */
async function planOf(query: (db: TestServer['db']) => Promise<unknown>, table: string) {
  await client`select 1`;
  const db = drizzle(client, { schema });
  sent = [];
  await query(db);
  const { text, params } = sent.find((line) => isReadOf(line.text, table)) ?? {
    text: '',
    params: [],
  };
  const [row] = await client.unsafe(
    `explain (analyze, buffers, format json) ${text}`,
    params as never[],
  );
  const plan: Plan = row?.['QUERY PLAN'][0].Plan;
  // The charts and who may see them fill a page each here.
  const isScan = (node: Plan) =>
    node['Node Type'].includes('Scan') && !node['Relation Name']?.startsWith('chart');
  const scans = (node: Plan): string[] => [
    ...(isScan(node) ? [node['Node Type']] : []),
    ...(node.Plans ?? []).flatMap(scans),
  ];
  return { scans: scans(plan), pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

const isReadOf = (text: string, table: string) =>
  /^\s*(select|with)/.test(text) && text.includes(`"${table}"`);

async function expectFew(table: string, query: (db: TestServer['db']) => Promise<unknown>) {
  const { scans, pages } = await planOf(query, table);
  const [{ all = 0 } = {}] = await server.db.execute<{ all: number }>(
    sql`select relpages as all from pg_class where relname = ${table}`,
  );
  expect(scans.length).toBeGreaterThan(0);
  expect(scans).not.toContain('Seq Scan');
  expect(pages).toBeLessThan(all / 4);
}

describe.each([
  ['first', 0],
  ['middle', ROWS / 2],
  ['last', ROWS - 200],
])('in the %s window of many rows', (_, hour) => {
  const window = { from: hour * HOUR, to: (hour + 200) * HOUR, limit: 20_000 };
  test.each([
    ['span_annotations', (db: TestServer['db']) => listSpans(db, scope, window)],
    ['annotations', (db: TestServer['db']) => listAnnotations(db, scope, window)],
    [
      'predictions',
      (db: TestServer['db']) => listPredictions(db, scope, { runId: 1, minScore: 0, ...window }),
    ],
  ])('%s come by an index and touch few pages', expectFew);
});

const anywhere = { from: 0, to: 200 * HOUR };
test.each<[string, string, (db: TestServer['db']) => Promise<unknown>]>([
  ['the last revisions', 'revisions', (db) => listRevisions(db, scope, { limit: 100 })],
  ['earlier revisions', 'revisions', (db) => listRevisions(db, scope, { before: 500, limit: 100 })],
  [
    'a later page of a history',
    'revisions',
    (db) => listEntries(db, scope, { limit: 100, before: { rev: ROWS / 2, uid: randomUUID() } }),
  ],
  [
    'the history of one span',
    'revisions',
    (db) => listEntries(db, scope, { limit: 100, uid: randomUUID() }),
  ],
  ['news for a window', 'revisions', (db) => readEvents(db, scope, { rev: ROWS - 5 })],
  [
    'spans of a while ago',
    'span_annotations',
    (db) => readAsOf(db, scope, { moment: { rev: ROWS - 100 }, ...anywhere, limit: 1_000 }),
  ],
  ['counts in a window', 'span_annotations', (db) => countSpansByLabel(db, scope, anywhere)],
])('%s come by an index and touch few pages', (_, table, query) => expectFew(table, query));
