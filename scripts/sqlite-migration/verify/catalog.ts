import { isDeepStrictEqual } from 'node:util';
import { labelsOf, readTypeRows } from '../load/begin';
import type { Extent } from '../load/expected-candles';
import type { Plan } from '../plan/plan';
import { planTypes } from '../plan/types';
import type { Target } from '../target/connection';
import { readKeys } from '../target/keys';
import type { Key } from '../target/state';
import type { Check } from './check';

const check = (name: string, text: string, details: string[]): Check => ({
  name,
  passed: details.length === 0,
  text,
  details: details.slice(0, 5),
});

/** Charts, and what they say about the candles that the file has for them. */
export async function verifyCharts(
  target: Target,
  plan: Plan,
  extents: Map<number, Extent>,
): Promise<Check> {
  const wrong: string[] = [];
  const found = await target.rows<Record<string, unknown>>(
    `select id, name, extract(epoch from c.created_at)::float8 as "createdAt", rev::int,
       candle_count::float8 as count, extract(epoch from c.first_time)::float8 as first,
       extract(epoch from c.last_time)::float8 as last,
       coalesce(sum(t.bars), 0)::float8 = candle_count and data_rev > 0
         and (c.timeframe is null) = (candle_count = 0) as "hasTiles"
     from charts c left join candle_tiles t on t.chart_id = c.id and t.timeframe = c.timeframe and level = 0
     group by c.id order by c.id`,
  );
  const marked = new Set([...plan.annotations.charts, ...plan.span_annotations.charts]);
  const wanted = [...plan.charts.charts].sort((a, b) => a.id - b.id);
  if (found.length !== wanted.length) {
    wrong.push(`there are ${found.length} charts and not ${wanted.length}`);
  }
  for (const [i, { id, name, createdAt }] of wanted.entries()) {
    const extent = extents.get(id) ?? { count: 0, first: null, last: null };
    const chart = { id, name, createdAt, rev: marked.has(id) ? 1 : 0, ...extent, hasTiles: true };
    if (isDeepStrictEqual({ ...found[i] }, chart)) continue;
    wrong.push(
      `chart ${id} “${name}” is ${JSON.stringify(found[i])}, not ${JSON.stringify(chart)}`,
    );
  }
  return check('charts', `${found.length} charts with their summaries and tiles`, wrong);
}

export async function verifyTypes(target: Target, plan: Plan): Promise<Check> {
  const wrong: string[] = [];
  let types = 0;
  for (const table of ['annotation_types', 'span_label_types'] as const) {
    const there = await readTypeRows(target, table);
    const wanted = planTypes(plan.types[table], labelsOf(plan, table), there, plan.startedAt);
    types += there.length;
    const byName = new Map(there.map((type) => [type.name, type]));
    for (const type of wanted) {
      const found = byName.get(type.name);
      byName.delete(type.name);
      if (isDeepStrictEqual({ ...found }, type)) continue;
      wrong.push(`${table}: ${JSON.stringify(found)} is not ${JSON.stringify(type)}`);
    }
    for (const name of byName.keys()) wrong.push(`${table}: nobody knows of “${name}”`);
  }
  return check('types', `${types} label types, the file's own first`, wrong);
}

/** The keys that were taken off are there again, and every constraint is proven for all rows. */
export async function verifyKeys(target: Target, keys: Key[]): Promise<Check> {
  const wrong: string[] = [];
  const there = await readKeys(target);
  for (const key of keys) {
    if (!there.some((found) => isDeepStrictEqual({ ...found }, { ...key }))) {
      wrong.push(`${key.name} (${key.table}: ${key.definition}) is missing`);
    }
  }
  const open = await target.rows<{ name: string }>(
    `select conname as name from pg_constraint
     where connamespace = 'public'::regnamespace and not convalidated`,
  );
  for (const { name } of open) wrong.push(`${name} has not been proven`);
  const broken = await target.rows<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index where not indisvalid`,
  );
  for (const { name } of broken) wrong.push(`the index ${name} is not valid`);
  return check('keys', 'all keys and constraints in place and proven', wrong);
}

/** Rejected rows, table by table. */
export async function verifyRejects(
  target: Target,
  plan: Plan,
  expected: Record<string, number>,
): Promise<Check> {
  const found = await target.rows<{ table: string; n: number }>(
    `select source_table as table, count(distinct source_rowid)::float8 as n from migration_rejects
     where source_hash = $1 group by 1`,
    [plan.hash],
  );
  const wrong: string[] = [];
  const there = new Map(found.map(({ table, n }) => [table, n]));
  for (const [table, n] of Object.entries(expected)) {
    if ((there.get(table) ?? 0) !== n) {
      wrong.push(`${table}: ${there.get(table) ?? 0} rows in migration_rejects and not ${n}`);
    }
  }
  const total = found.reduce((sum, { n }) => sum + n, 0);
  return check('rejects', `${total.toLocaleString('en')} rejected rows kept`, wrong);
}
