import { join } from 'node:path';
import { buildOtherTiles, PassingTiles } from '../load/tiles';
import type { Plan } from '../plan/plan';
import type { Tally } from '../plan/tally';
import type { TypeTable } from '../plan/types';
import { tallyOf } from '../preflight';
import type { Progress } from '../progress';
import { TABLES, type TableName } from '../source/shape';
import type { Target } from '../target/connection';
import { buildKeys, CANDLES } from '../target/keys';
import { type Migration, setPhase } from '../target/state';
import { verifyCandles } from './candles';
import { verifyCharts, verifyKeys, verifyRejects, verifyTypes } from './catalog';
import { changeLog } from './changes';
import type { Check } from './check';
import type { Extent } from './expected-candles';
import { verifyMarks } from './marks';

export type Verdict = {
  checks: Check[];
  tables: Partial<Record<TableName, Tally>>;
  changes: number;
  rejected: number;
};

/**
 * Reads everything back and holds it against the file, which is read once more for it. What is
 * still to be made of the candles is made on the way: their tiles, and the proof of their charts.
 */
export async function verifyAll(
  target: Target,
  plan: Plan,
  migration: Migration,
  progress: Progress,
  folder: string,
): Promise<Verdict> {
  const changes = changeLog(join(folder, 'changes.ndjson'));
  const tables: Verdict['tables'] = {};
  const found: Partial<Record<string, Check>> = {};
  for (const table of TABLES) {
    if (plan.shape.tables[table] || table === 'charts') tables[table] = tallyOf(plan, table);
    const lost =
      table === 'charts' ? plan.charts.lost : isTypes(table) ? plan.types[table].lost : [];
    for (const { rowid, lost: cells } of lost) {
      for (const { column, cell } of cells) changes.add({ table, rowid, column, cell });
    }
  }
  const bar = progress.bar(
    'verify',
    LARGE.map((table) => plan.shape.tables[table]?.rows ?? 0),
  );
  let extents = new Map<number, Extent>();
  let tiled = new Set<number>();
  const candlesOf = async (own: Target, tiles: PassingTiles | null) => {
    const verified = await verifyCandles(own, plan, tiles, bar.part(0), changes.add);
    ({ extents, tiled } = verified);
    found.candles = verified.check;
    if (tables.candles) tables.candles = verified.tally;
  };
  const isBuilding = migration.phase === 'building';
  await target.both(
    (own) =>
      isBuilding && !own.isDryRun
        ? own.beside((other) => candlesOf(own, new PassingTiles(other)))
        : candlesOf(own, null),
    async (own) => {
      if (isBuilding) await buildKeys(own, migration.keys, CANDLES, progress.say);
      if (isBuilding && !own.isDryRun) await own.run('analyze candles');
      for (const [i, table] of (['annotations', 'span_annotations'] as const).entries()) {
        const { check, tally } = await verifyMarks(own, plan, table, bar.part(i + 1), changes.add);
        found[table] = check;
        if (tables[table]) tables[table] = tally;
      }
      found.types = await verifyTypes(own, plan);
    },
  );
  bar.end();
  if (isBuilding) {
    await buildOtherTiles(target, tiled, progress);
    await setPhase(target, plan.hash, 'verifying');
    migration.phase = 'verifying';
  }
  found.charts = await verifyCharts(target, plan, extents);
  found.keys = await verifyKeys(target, migration.keys);
  const checks = ['charts', 'types', ...LARGE, 'keys'].flatMap((name) => found[name] ?? []);
  checks.push(await verifyRejects(target, plan, rejectedIn(tables)));
  checks.push(verifyBalance(plan, tables));
  const rejected = Object.values(rejectedIn(tables)).reduce((sum, n) => sum + n, 0);
  return { checks, tables, changes: await changes.close(), rejected };
}

const LARGE = ['candles', 'annotations', 'span_annotations'] as const;
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
