import { nameCandidates } from '@/server/charts/rules';
import type { Context } from '../conversion/outcome';
import { convertRow, type Lossy } from '../conversion/rows';
import type { Cell, Rowid } from '../source/cell';
import type { RowSource } from '../source/row-source';
import { IdPlan, wantedId } from './ids';
import { count, emptyTally, type Tally } from './tally';

export type PlannedChart = {
  /** Null for the one that is made for rows without a chart. */
  rowid: Rowid | null;
  id: number;
  name: string;
  createdAt: number;
};

export type ChartPlan = {
  charts: PlannedChart[];
  /** From the id in the file to the new one. */
  ids: Map<number, number>;
  importedData: number | null;
  tally: Tally;
  lossy: { rowid: Rowid; lossy: Lossy[] }[];
};

const IMPORTED_DATA = 'Imported Data';
const MAX_NAME = 200;

/** Every chart of the file, each under a name of its own. */
export function planCharts(
  rows: RowSource | null,
  context: Omit<Context, 'charts' | 'importedData'>,
  options: { idIsRowid: boolean; rowsWithoutChart: boolean },
): ChartPlan {
  const plan: ChartPlan = {
    charts: [],
    ids: new Map(),
    importedData: null,
    tally: emptyTally(),
    lossy: [],
  };
  const ids = new IdPlan(options.idIsRowid);
  const found = rows ? readCharts(rows, context, ids, plan) : [];
  ids.settle();
  const taken = new Set<string>();
  for (const { rowid, own, key, name, createdAt } of found) {
    const id = ids.idOf(rowid, own);
    plan.charts.push({ rowid, id, name: nameOf(name, id, taken, plan.tally), createdAt });
    if (key !== null && !plan.ids.has(key)) plan.ids.set(key, id);
  }
  if (options.rowsWithoutChart) {
    const existing = plan.charts.find((chart) => chart.name === IMPORTED_DATA);
    plan.importedData = existing?.id ?? ids.next();
    const made = { rowid: null, id: plan.importedData, name: IMPORTED_DATA };
    if (!existing) plan.charts.push({ ...made, createdAt: context.startedAt });
  }
  return plan;
}

function readCharts(
  rows: RowSource,
  context: Omit<Context, 'charts' | 'importedData'>,
  ids: IdPlan,
  plan: ChartPlan,
) {
  const { tally } = plan;
  const found = [];
  const whole = { ...context, charts: new Map(), importedData: null };
  for (const row of rows.after(null)) {
    const converted = convertRow('charts', row, whole);
    if ('reject' in converted) throw new Error('a chart is never refused');
    const { values, notes, lossy } = converted;
    tally.read++;
    tally.stored++;
    for (const note of notes) count(tally.conversions, note);
    if (lossy.length > 0) plan.lossy.push({ rowid: row.rowid, lossy });
    const wanted = wantedId(row.rowid, values.id, rows.columns.includes('id'));
    const own = ids.add(row.rowid, wanted) ? wanted : null;
    if (own === null && wanted !== null) count(tally.conversions, 'id: repeated id replaced');
    const key = row.cells.id ? keyOf(row.cells.id) : wanted;
    found.push({ rowid: row.rowid, own, key, name: values.name, createdAt: values.created_at });
  }
  return found;
}

/** The number by which other rows name the chart. */
function keyOf(cell: Cell): number | null {
  if (cell.kind === 'integer' || cell.kind === 'real') return Number(cell.value);
  return cell.kind === 'text' && cell.value.trim() ? Number(cell.value) : null;
}

function nameOf(name: string | null, id: number, taken: Set<string>, tally: Tally): string {
  let wanted = name ?? `Chart ${id}`;
  if (name === null) count(tally.conversions, 'name: missing name made from the id');
  if ([...wanted].length > MAX_NAME) {
    wanted = [...wanted].slice(0, MAX_NAME).join('');
    count(tally.conversions, 'name: cut to 200 characters');
  }
  for (let n = 1; ; n++) {
    const [candidate] = nameCandidates(wanted, n, 1) as [string];
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    if (n > 1) count(tally.conversions, 'name: repeated name numbered');
    return candidate;
  }
}
