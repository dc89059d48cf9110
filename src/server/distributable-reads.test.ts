import { NoopLogger } from 'drizzle-orm/logger';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DISTRIBUTED, REFERENCE } from '@/lib/db/distribution';
import { call, ownCharts, procedures, serverTests } from './testing';
import { inputsOf, type Known } from './testing-input';

/*
 * Of what a cluster refuses to read, the forms that a plan shows: tables that lie on several nodes, read in
 * more than one shard, cannot be asked once a row of another table, as a query for each row cannot leave its
 * node. Reads of one chart go to one node whole and are free of this.
 */

const server = await serverTests();
const client = postgres(server.url, { max: 1, onnotice: () => {} });
afterAll(() => client.end());
vi.stubEnv('DATABASE_URL', server.url);

const known: Known = { chartId: [1, 2], runId: [1], from: [0], to: [3_000], timeframe: [60] };
beforeAll(async () => {
  await client`insert into charts (id, name, timeframe, candle_count, data_rev, first_time, last_time)
    values (1, 'one', 60, 50, 1, to_timestamp(0), to_timestamp(2940)), (2, 'two', null, 0, 0, null, null)`;
  await ownCharts(server.db);
  await client`insert into candles
    select 1, to_timestamp(n * 60), 1, 2, 0.5, 1.5, 10 from generate_series(0, 49) n`;
  await client`insert into training_runs (id, params, status) values (1, '{"chartIds": [1]}', 'succeeded')`;
  await client`insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)
    values (1, 1, to_timestamp(60), to_timestamp(120), 'bull_flag', 0.5)`;
});

type Node = { 'Relation Name'?: string; Alias?: string; Plans?: Node[] } & Record<string, unknown>;

const everywhere = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(everywhere)];
const conditionsOf = (node: Node) =>
  Object.entries(node)
    .filter(([key]) => /(Cond|Filter)$/.test(key))
    .map(([, value]) => String(value))
    .join('\n');
const isSpread = (node: Node) => DISTRIBUTED.some((table) => table === node['Relation Name']);
const isOfCoordinator = ({ 'Relation Name': table }: Node) =>
  table !== undefined && ![...DISTRIBUTED, ...REFERENCE].some((other) => other === table);
/** Of one chart, which is named: one shard. */
const isRouted = (node: Node) => /\bchart_id = (\$\d+|'?\d+)/.test(conditionsOf(node));
/** Whether something in it is compared with a column from without. */
function isCorrelated(part: Node): boolean {
  const nodes = everywhere(part);
  const within = new Set(nodes.flatMap(({ Alias }) => Alias ?? []));
  const named = nodes.flatMap((node) => [...conditionsOf(node).matchAll(/\b([a-z_]\w*)\.\w+/g)]);
  return named.some(([, alias = '']) => !within.has(alias));
}
const GATHERS = /^(Aggregate|Group|Limit|Unique|WindowAgg)$/;

async function refusalsOf(text: string): Promise<string[]> {
  const [row] = await client.unsafe(`explain (generic_plan, verbose, format json) ${text}`);
  const nodes = everywhere(row?.['QUERY PLAN'][0].Plan);
  if (!nodes.some((node) => isSpread(node) && !isRouted(node))) return [];
  // Other subqueries are asked once, before; a plan no longer tells them apart.
  const isLateral = /\blateral\b/i.test(text);
  return nodes.flatMap((node) => {
    const parts = everywhere(node);
    const isSubplan = node['Parent Relationship'] === 'SubPlan';
    return [
      isSubplan &&
        parts.some(isOfCoordinator) &&
        'a subquery on the coordinator’s rows for each row',
      isLateral &&
        GATHERS.test(String(node['Node Type'])) &&
        parts.some((part) => isSpread(part) && !isRouted(part)) &&
        isCorrelated(node) &&
        'rows of many shards gathered for each row',
    ].filter((problem) => problem !== false);
  });
}

test.each([
  [
    'gathered',
    `select * from charts cross join lateral (select count(*) from predictions p
      where p.chart_id = charts.id) as counted`,
  ],
  [
    'a subquery on the coordinator',
    `select * from predictions p where p.status = 'new' or not exists (
      select from span_annotations s where s.chart_id = p.chart_id and s.start_time = p.start_time)`,
  ],
])('it is noticed where a read has what a cluster refuses: %s, %s', async (what, text) => {
  expect((await refusalsOf(text)).join()).toContain(what);
});

test.each([
  `select count(*) from predictions p left join span_annotations s on s.chart_id = p.chart_id
    group by p.chart_id`,
  `select * from candles c where c.chart_id = 1 and not exists (
    select from span_annotations s where s.chart_id = c.chart_id and s.start_time = c.time)`,
])('and not where it has none of it: %s', async (text) => {
  expect(await refusalsOf(text)).toEqual([]);
});

test('nothing is read in such a way', async () => {
  // Drizzle tells every statement to its logger, whose type says that it takes none.
  const logged = vi.spyOn(NoopLogger.prototype, 'logQuery') as unknown as {
    mock: { calls: string[][] };
    mockRestore: () => void;
  };
  const reads = procedures.filter(({ type }) => type === 'query');
  const sent = new Map<string, string>();
  for (const { path, inputs } of reads) {
    const own = inputs.at(-1);
    const given = own
      ? fc.sample(
          inputsOf(own, () => known),
          { numRuns: 5, seed: 1 },
        )
      : [undefined];
    for (const input of given) await call(server.owner, path, input).catch(() => {});
    for (const [text = ''] of logged.mock.calls.splice(0)) sent.set(text, path);
  }
  logged.mockRestore();
  const problems: string[] = [];
  let found = 0;
  for (const [text, path] of sent) {
    if (!/^\s*(select|with)\b/i.test(text) || /\bfor (no key )?(update|key share)/.test(text))
      continue;
    found += DISTRIBUTED.some((table) => text.includes(`"${table}"`)) ? 1 : 0;
    for (const problem of await refusalsOf(text)) problems.push(`${path}: ${problem}: ${text}`);
  }
  expect(found).toBeGreaterThan(8);
  expect(problems).toEqual([]);
});
