import { join } from 'node:path';
import type { Plan } from '../plan/plan';
import type { Tally } from '../plan/tally';
import { tallyOf } from '../preflight';
import type { Progress } from '../progress';
import { TABLES, type TableName } from '../source/shape';
import type { Target } from '../target/connection';
import type { Migration } from '../target/state';
import { verifyCandles } from './candles';
import { verifyCharts, verifyKeys, verifyRejects, verifyTypes } from './catalog';
import { changeLog } from './changes';
import type { Check } from './check';
import { verifyMarks } from './marks';

export type Verdict = {
  checks: Check[];
  tables: Partial<Record<TableName, Tally>>;
  changes: number;
  rejected: number;
};

/** Reads everything back and holds it against the file, which is read once more for it. */
export async function verifyAll(
  target: Target,
  plan: Plan,
  migration: Migration,
  progress: Progress,
  folder: string,
): Promise<Verdict> {
  const changes = changeLog(join(folder, 'changes.ndjson'));
  const tables: Verdict['tables'] = {};
  const checks: Check[] = [await verifyCharts(target, plan), await verifyTypes(target, plan)];
  for (const table of TABLES) {
    const shape = plan.shape.tables[table];
    if (!shape && table !== 'charts') continue;
    if (table === 'candles' || table === 'annotations' || table === 'span_annotations') {
      const bar = progress.bar(`verify ${table.replace('_annotations', 's')}`, shape?.rows ?? 0);
      const { check, tally } =
        table === 'candles'
          ? await verifyCandles(target, plan, bar.at, changes.add)
          : await verifyMarks(target, plan, table, bar.at, changes.add);
      bar.end();
      checks.push(check);
      tables[table] = tally;
      continue;
    }
    tables[table] = tallyOf(plan, table);
    const lost = table === 'charts' ? plan.charts.lost : plan.types[table].lost;
    for (const { rowid, lost: cells } of lost) {
      for (const { column, cell } of cells) changes.add({ table, rowid, column, cell });
    }
  }
  checks.push(await verifyKeys(target, migration.keys));
  checks.push(await verifyRejects(target, plan, rejectedIn(tables)));
  checks.push(verifyBalance(plan, tables));
  const rejected = Object.values(rejectedIn(tables)).reduce((sum, n) => sum + n, 0);
  return { checks, tables, changes: await changes.close(), rejected };
}

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
