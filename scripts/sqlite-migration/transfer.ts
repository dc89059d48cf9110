import type { ChangeLog } from './changes';
import { loadAllCandles, loadAllMarks } from './load/load';
import { buildOtherTiles } from './load/tiles';
import type { Plan } from './plan/plan';
import type { Tally } from './plan/tally';
import type { TypeTable } from './plan/types';
import { tallyOf } from './preflight';
import type { Progress } from './progress';
import { TABLES, type TableName } from './source/shape';
import type { Snapshot } from './source/snapshot';
import type { Target } from './target/connection';
import { buildKeys, CANDLES, nameKeys } from './target/keys';
import { setAndProbeSequences } from './target/sequences';
import { type Migration, setPhase } from './target/state';
import { verifyCandles } from './verify/candles';
import { verifyCharts, verifyKeys, verifyRejects, verifyTypes } from './verify/catalog';
import type { Check } from './verify/check';
import { verifyMarks } from './verify/marks';

export type Verdict = {
  checks: Check[];
  tables: Partial<Record<TableName, Tally>>;
  rejected: number;
  /** Whether the file still was what was copied, once its rows had been moved. */
  unchanged: boolean;
};

/**
 * Moves what is not there yet, reads everything back, and holds it against the file. Candles go
 * beside annotations and spans; while their keys are built they are read back.
 */
export async function transferAndVerify(
  target: Target,
  { plan, snapshot }: { plan: Plan; snapshot: Snapshot },
  migration: Migration,
  progress: Progress,
  changes: ChangeLog,
): Promise<Verdict> {
  const tables = tallyTables(plan, changes);
  const found: Partial<Record<string, Check>> = {};
  const { keys } = migration;
  const isMoving = migration.phase !== 'verifying';
  const rows = LARGE.map((table) => plan.shape.tables[table]?.rows ?? 0);
  // A row counts half when it is loaded, and half when it is read back.
  const [loading, verified] = isMoving ? [0.5, 0.5] : [0, 1];
  const bar = progress.bar('rows', [
    ...rows.map((n) => n * loading),
    ...rows.map((n) => n * verified),
  ]);
  const part = (i: number, share: number) => {
    const at = bar.part(i);
    return (read: number) => at(read * share);
  };
  const toLoad = (i: number) => part(i, loading);
  const toVerify = (i: number) => part(rows.length + i, verified);
  const transferCandles = async (own: Target) => {
    const loaded = await loadAllCandles(own, plan, migration, toLoad(0), changes.add);
    const { expected } = loaded;
    if (tables.candles) tables.candles = expected.tally;
    progress.lap('candles');
    const unchanged = snapshot.isUnchanged();
    await own.all([
      async (other) => {
        found.candles = await verifyCandles(other, plan, expected, toVerify(0));
      },
      async (other) => {
        if (!isMoving) return;
        await buildKeys(other, keys, CANDLES, progress.log);
        if (!other.isDryRun) await other.run('analyze charts, candles');
      },
    ]);
    return { ...loaded, unchanged: await unchanged };
  };
  const moveMarks = async (own: Target) => {
    if (isMoving) await loadAllMarks(own, plan, keys, progress, [toLoad(1), toLoad(2)]);
    for (const [i, table] of MARKS.entries()) {
      found[table] = await verifyMarks(own, plan, table, toVerify(1 + i), changes.add);
    }
    found.types = await verifyTypes(own, plan);
  };
  const [{ expected, tiled, unchanged }] = await target.all([transferCandles, moveMarks]);
  bar.end();
  if (isMoving) {
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
  return { checks, tables, rejected, unchanged };
}

/** What is known of each table beforehand; of candles it is found out anew. */
function tallyTables(plan: Plan, changes: ChangeLog): Verdict['tables'] {
  const tables: Verdict['tables'] = {};
  for (const table of TABLES) {
    if (plan.shape.tables[table] || table === 'charts') tables[table] = tallyOf(plan, table);
    const lossy =
      table === 'charts' ? plan.charts.lossy : isTypes(table) ? plan.types[table].lossy : [];
    for (const { rowid, lossy: cells } of lossy) {
      for (const { column, cell } of cells) changes.add({ table, rowid, column, cell });
    }
  }
  return tables;
}

const MARKS = ['annotations', 'span_annotations'] as const;
const LARGE = ['candles', ...MARKS] as const;
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
