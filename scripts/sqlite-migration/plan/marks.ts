import { Rows } from '@/lib/db/copy/rows';
import { rowsIn } from '@/lib/db/copy/stream';
import type { Context } from '../conversion/outcome';
import { convertRow, type Lossy, type Reject } from '../conversion/rows';
import { finishSpan } from '../conversion/spans';
import type { Rowid, SourceRow } from '../source/cell';
import type { RowSource } from '../source/row-source';
import { rowUid } from '../uid';
import { IdPlan, wantedId } from './ids';
import type { Mark, MarkTable } from './mark';
import { encodeMark, setId } from './mark-rows';
import { type ConvertedRow, MarkSpool } from './mark-spool';
import { count, countReason, emptyTally, type Tally } from './tally';

/** What people's labels look like on the marks that have them. */
export type SeenLabel = { color: string | null; drawn: boolean };

export type MarkPlan = {
  ids: IdPlan;
  tally: Tally;
  labels: Map<string, SeenLabel>;
  /** Charts with a mark on them, by new id. */
  charts: Set<number>;
  /** Null without such a table. */
  spool: MarkSpool | null;
};

const convert = (table: MarkTable, row: SourceRow, context: Context) =>
  table === 'annotations' ? annotationOf(row, context) : spanOf(row, context);

function annotationOf(row: SourceRow, context: Context) {
  const converted = convertRow('annotations', row, context);
  if ('reject' in converted) return converted;
  const { timestamp: time, ...values } = converted.values;
  return { ...converted, values: { ...values, time } };
}

function spanOf(row: SourceRow, context: Context) {
  const converted = convertRow('span_annotations', row, context);
  if ('reject' in converted) return converted;
  const { values, notes, lossy } = converted;
  return { values: finishSpan(values, notes, lossy), notes, lossy: [] };
}

/** Decides a table's rows, in the order of their row ids, before anything is written. */
export function planMarks(
  table: MarkTable,
  rows: RowSource | null,
  context: Context,
  options: { idIsRowid: boolean; sourceHash: string; folder: string },
): MarkPlan {
  const ids = new IdPlan(options.idIsRowid);
  const plan = { ids, tally: emptyTally(), labels: new Map(), charts: new Set<number>() };
  if (!rows) return { ...plan, spool: null };
  const { tally, labels, charts } = plan;
  const spool = new MarkSpool(options.folder, table);
  const encoded = new Rows();
  const hasId = rows.columns.includes('id');
  for (const row of rows.after(null)) {
    const { rowid } = row;
    tally.read++;
    const converted = convert(table, row, context);
    if ('reject' in converted) {
      countReason(tally, converted.reject.reason);
      spool.add(rowid, 'rejected', NOTHING);
      continue;
    }
    const { values, notes, lossy } = converted;
    const own = wantedId(rowid, values.id, hasId);
    tally.stored++;
    for (const note of notes) count(tally.conversions, note);
    if (!ids.add(rowid, own) && own !== null) count(tally.conversions, 'id: repeated id replaced');
    charts.add(values.chart_id);
    seeLabel(labels, values);
    encoded.clear();
    const uid = rowUid(options.sourceHash, table, rowid);
    encodeMark(encoded, table, own ?? 0, { uid, values });
    spool.add(rowid, lossy.length > 0 ? 'changed' : 'stored', rowsIn(encoded.done()));
  }
  ids.settle();
  spool.end();
  return { ...plan, spool };
}

const NOTHING = new Uint8Array();

/** What was converted of the rows after `after`, with the ids that they get. */
export function* convertedMarks(
  { spool, ids }: MarkPlan,
  after: Rowid | null,
): Iterable<ConvertedRow> {
  for (const converted of spool?.after(after) ?? []) {
    const id = ids.replacementOf(converted.rowid);
    if (id !== undefined && converted.outcome !== 'rejected') setId(converted.row, id);
    yield converted;
  }
}

/** Why a row was rejected. */
export function rejectOf(
  table: MarkTable,
  rows: RowSource,
  context: Context,
  rowid: Rowid,
): Reject {
  const converted = convert(table, rows.at(rowid), context);
  if ('reject' in converted) return converted.reject;
  throw new Error(`row ${rowid} of ${table} is not rejected any more`);
}

/** What a row of the file held that the stored one does not. */
export function lossyOf(
  table: MarkTable,
  rows: RowSource,
  context: Context,
  rowid: Rowid,
): Lossy[] {
  const converted = convert(table, rows.at(rowid), context);
  return 'reject' in converted ? [] : converted.lossy;
}

function seeLabel(labels: Map<string, SeenLabel>, values: Mark['values']) {
  const label = String(values.label ?? values.label_type);
  const seen = labels.get(label);
  const color = (values.color as string | null) ?? null;
  if (!seen) labels.set(label, { color, drawn: Boolean(values.geometry) });
  else {
    seen.color ??= color;
    seen.drawn ||= Boolean(values.geometry);
  }
}
