import { type LoadedCandles, loadAllMarks } from './load/load';
import { buildOtherTiles } from './load/tiles';
import type { Plan } from './plan/plan';
import type { Tally } from './plan/tally';
import type { TypeTable } from './plan/types';
import { tallyOf } from './preflight';
import type { Progress } from './progress';
import { TABLES, type TableName } from './source/shape';
import type { Target } from './target/connection';
import { buildKeys, CANDLES, nameKeys } from './target/keys';
import { setAndProbeSequences } from './target/sequences';
import { type Migration, setPhase } from './target/state';
import { verifyCandles } from './verify/candles';
import { verifyCharts, verifyKeys, verifyRejects, verifyTypes } from './verify/catalog';
import type { ChangeLog } from './verify/changes';
import type { Check } from './verify/check';
import { verifyMarks } from './verify/marks';

export type Verdict = {
  checks: Check[];
  tables: Partial<Record<TableName, Tally>>;
  rejected: number;
};

/**
 * Reads everything back and holds it against the file. What is still to be made is made meanwhile:
 * of candles the keys, of annotations and spans all.
 */
export async function completeAndVerify(
  target: Target,
  plan: Plan,
  migration: Migration,
  { expected, tiled }: LoadedCandles,
  progress: Progress,
  changes: ChangeLog,
): Promise<Verdict> {
  const tables = tallyTables(plan, changes);
  if (tables.candles) tables.candles = expected.tally;
  const found: Partial<Record<string, Check>> = {};
  const { keys } = migration;
  const isBuilding = migration.phase === 'building';
  const bar = progress.bar(
    'the rest',
    [...MARKS, ...LARGE].map((table) => plan.shape.tables[table]?.rows ?? 0),
  );
  const finishCandles = async (own: Target) => {
    if (!isBuilding) return;
    await buildKeys(own, keys, CANDLES, progress.say);
    if (!own.isDryRun) await own.run('analyze candles');
  };
  const finishMarks = async (own: Target) => {
    if (isBuilding) await loadAllMarks(own, plan, keys, progress, [bar.part(0), bar.part(1)]);
    for (const [i, table] of MARKS.entries()) {
      found[table] = await verifyMarks(own, plan, table, bar.part(2 + i), changes.add);
    }
    found.types = await verifyTypes(own, plan);
  };
  const readCandles = async (own: Target) => {
    found.candles = await verifyCandles(own, plan, expected, bar.part(4));
  };
  await target.all([finishCandles, finishMarks, readCandles]);
  bar.end();
  if (isBuilding) {
    await nameKeys(target, keys);
    await buildOtherTiles(target, tiled, progress);
    await target.transaction(() => setAndProbeSequences(target));
    await setPhase(target, plan.hash, 'verifying');
    migration.phase = 'verifying';
  }
  found.charts = await verifyCharts(target, plan, expected.extents);
  found.keys = await verifyKeys(target, keys);
  const checks = ['charts', 'types', 'candles', ...MARKS, 'keys'].flatMap(
    (name) => found[name] ?? [],
  );
  checks.push(await verifyRejects(target, plan, rejectedIn(tables)));
  checks.push(verifyBalance(plan, tables));
  const rejected = Object.values(rejectedIn(tables)).reduce((sum, n) => sum + n, 0);
  return { checks, tables, rejected };
}

/** What is known of each table beforehand; of candles it is found out anew. */
function tallyTables(plan: Plan, changes: ChangeLog): Verdict['tables'] {
  const tables: Verdict['tables'] = {};
  for (const table of TABLES) {
    if (plan.shape.tables[table] || table === 'charts') tables[table] = tallyOf(plan, table);
    const lost =
      table === 'charts' ? plan.charts.lost : isTypes(table) ? plan.types[table].lost : [];
    for (const { rowid, lost: cells } of lost) {
      for (const { column, cell } of cells) changes.add({ table, rowid, column, cell });
    }
  }
  return tables;
}

const MARKS = ['annotations', 'span_annotations'] as const;
const LARGE = [...MARKS, 'candles'] as const;
const isTypes = (table: TableName): table is TypeTable => table.endsWith('_types');

const rejectedIn = (tables: Verdict['tables']): Record<string, number> =>
  Object.fromEntries(Object.entries(tables).map(([table, tally]) => [table, tally.rejected]));

/** No row may be neither here nor there. */
function verifyBalance(plan: Plan, tables: Verdict['tables']): Check {
  const wrong = Object.entries(tables).flatMap(([table, { read, stored, rejected }]) => {
    const rows = plan.shape.tables[table as TableName]?.rows ?? 0;
    if (read === rows && stored + rejected === rows) return [];
    return [`${table}: ${rows} rows in the file, ${stored} stored and ${rejected} rejected`];
  });
  return {
    name: 'balance',
    passed: wrong.length === 0,
    text: 'every row of the file is stored or rejected',
    details: wrong,
  };
}
