import type { Json } from '../decisions/json';
import type { Context } from '../decisions/outcome';
import { decideRow, type Lost, type Reject } from '../decisions/rows';
import { finishSpan } from '../decisions/spans';
import type { Rowid, RowSource } from '../source/cells';
import { uidOf } from '../uid';
import { IdPlan, wantedId } from './ids';
import { count, countReason, emptyTally, type Tally } from './tally';

export type MarkTable = 'annotations' | 'span_annotations';

/** A row of `annotations` or `span_annotations` as it will stand there, by column. */
export type Mark = {
  uid: string;
  id: number;
  chart_id: number;
  created_at: number;
  /** The rest, as the table has it. */
  fields: Record<string, number | string | Json | null>;
};

export type DecidedMark = {
  rowid: Rowid;
  /** The id that it asks for. */
  own: number | null;
  mark: Omit<Mark, 'id'>;
  notes: string[];
  lost: Lost[];
};

/** What people's labels look like on the marks that have them. */
export type SeenLabel = { color: string | null; drawn: boolean };

export type MarkPlan = {
  ids: IdPlan;
  tally: Tally;
  labels: Map<string, SeenLabel>;
  /** Charts with a mark on them, by new id. */
  charts: Set<number>;
};

/** Decides the rows of a table after `after`, in the order of their row ids. */
export function* decideMarks(
  table: MarkTable,
  rows: RowSource,
  context: Context,
  sourceHash: string,
  after: Rowid | null,
): Iterable<DecidedMark | { rowid: Rowid; reject: Reject }> {
  const hasId = rows.columns.includes('id');
  for (const row of rows.after(after)) {
    const { rowid } = row;
    const decided = table === 'annotations' ? annotationOf(row, context) : spanOf(row, context);
    if ('reject' in decided) {
      yield { rowid, reject: decided.reject };
      continue;
    }
    const { id, chart_id, created_at, ...fields } = decided.values;
    const uid = uidOf(sourceHash, table, rowid);
    const mark = { uid, chart_id, created_at, fields };
    const { notes, lost } = decided;
    yield { rowid, own: wantedId(rowid, id, hasId), mark, notes, lost };
  }
}

type Decision = Parameters<typeof decideRow>[1];

function annotationOf(row: Decision, context: Context) {
  const decided = decideRow('annotations', row, context);
  if ('reject' in decided) return decided;
  const { timestamp: time, ...values } = decided.values;
  return { ...decided, values: { ...values, time } };
}

function spanOf(row: Decision, context: Context) {
  const decided = decideRow('span_annotations', row, context);
  if ('reject' in decided) return decided;
  const { values, notes, lost } = decided;
  return { values: finishSpan(values, notes, lost), notes, lost: [] };
}

/** Goes through a table once, to know what it holds before anything is written. */
export function planMarks(
  table: MarkTable,
  rows: RowSource | null,
  context: Context,
  options: { idIsRowid: boolean; sourceHash: string },
): MarkPlan {
  const plan: MarkPlan = {
    ids: new IdPlan(options.idIsRowid),
    tally: emptyTally(),
    labels: new Map(),
    charts: new Set(),
  };
  if (!rows) return plan;
  const { tally, labels, charts } = plan;
  for (const decided of decideMarks(table, rows, context, options.sourceHash, null)) {
    tally.read++;
    if ('reject' in decided) {
      countReason(tally, decided.reject.reason);
      continue;
    }
    const { mark, own, rowid } = decided;
    tally.stored++;
    for (const note of decided.notes) count(tally.conversions, note);
    if (!plan.ids.add(rowid, own) && own !== null) {
      count(tally.conversions, 'id: repeated id replaced');
    }
    charts.add(mark.chart_id);
    seeLabel(labels, mark.fields);
  }
  plan.ids.settle();
  return plan;
}

function seeLabel(labels: Map<string, SeenLabel>, fields: Mark['fields']) {
  const label = String(fields.label ?? fields.label_type);
  const seen = labels.get(label);
  const color = (fields.color as string | null) ?? null;
  if (!seen) labels.set(label, { color, drawn: Boolean(fields.geometry) });
  else {
    seen.color ??= color;
    seen.drawn ||= Boolean(fields.geometry);
  }
}
