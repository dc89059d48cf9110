import {
  and,
  asc,
  type Column,
  count,
  eq,
  getTableColumns,
  inArray,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Prediction } from '@/contract/predictions';
import type { ApplyResult, BulkDeleted } from '@/contract/records';
import {
  NEGATIVE_LABEL,
  type Span,
  type SpanDiff,
  type SpanFields,
  type SpanFilter,
  type SpanLabelType,
} from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import { annotations, predictions, spanAnnotations, spanLabelTypes } from '@/lib/db/schema';
import { overlapping } from '@/lib/db/window';
import { anyOf } from '@/lib/db/wire';
import { readOfChart } from '../charts/data';
import { AppError } from '../errors';
import { defineEntity } from '../records/entity';
import { examineReviews, type Reviewed } from '../records/examined-reviews';
import type { LabelSet } from '../records/label-sets';
import { applyDiff, deleteWhere } from '../records/write';

const { createdAt, ...typeColumns } = getTableColumns(spanLabelTypes);
const MAX_LABELS = 1_000;

export function listSpanLabelTypes(db: Tx): Promise<SpanLabelType[]> {
  return db
    .select(typeColumns)
    .from(spanLabelTypes)
    .orderBy(asc(spanLabelTypes.sortOrder), asc(spanLabelTypes.id))
    .limit(MAX_LABELS);
}

/** Spans that touch the window, by start; as many as `limit` means that there may be more. */
export const listSpans = (
  db: Tx,
  chartId: number,
  { limit, ...filter }: SpanFilter & { limit: number },
): Promise<Span[]> =>
  readOfChart(
    db,
    chartId,
    sql`select ${spanEntity.columns} from ${spanAnnotations} where ${whereFilter(chartId, filter)}
      order by ${spanAnnotations.startTime}, ${spanAnnotations.id} limit ${limit}`,
  );

/** The chart's spans among `uids`. */
export async function findSpans(db: Tx, chartId: number, uids: string[]): Promise<Span[]> {
  return await db.execute<Span>(sql`
    select ${spanEntity.columns} from ${spanAnnotations}
    where ${spanAnnotations.chartId} = ${chartId} and ${anyOf(spanAnnotations.uid, uids)}`);
}

/** How many spans each label has on the chart; labels without any are left out. */
export function countSpansByLabel(
  db: Tx,
  chartId: number,
  filter: SpanFilter,
): Promise<{ label: string; count: number }[]> {
  return db
    .select({ label: spanAnnotations.label, count: count() })
    .from(spanAnnotations)
    .where(whereFilter(chartId, filter))
    .groupBy(spanAnnotations.label)
    .orderBy(asc(spanAnnotations.label))
    .limit(MAX_LABELS);
}

export type Reopened = Pick<Prediction, 'id' | 'status' | 'spanUid'>;

/** Deletes spans, and opens again the predictions whose reviews made them. */
export async function deleteSpans(
  db: Db,
  { filter, ...args }: { chartId: number; actorId: string; filter: SpanFilter },
): Promise<BulkDeleted<Span> & { reopened: Reopened[] }> {
  let reopened: Reopened[] = [];
  const result = await deleteWhere<Span>(db, spanEntity, {
    ...args,
    where: whereFilter(args.chartId, filter),
    async also(tx, deleted, rev) {
      const uids = deleted.map(({ uid }) => uid);
      const before = await reopenPredictions(tx, args.chartId, uids);
      await examineReviews(tx, { ...args, rev }, { reviewed: [], reopened: before });
      reopened = before.map(({ id, status, spanUid }) => ({ id, status, spanUid }));
    },
  });
  return { ...result, reopened };
}

/** Predictions that name one of these spans are to be reviewed again; tells what they were. */
export async function reopenPredictions(
  tx: Tx,
  chartId: number,
  uids: string[],
): Promise<(Reopened & Reviewed)[]> {
  const named = and(eq(predictions.chartId, chartId), anyOf(predictions.spanUid, uids));
  const { id, status, spanUid, startTime, endTime, reviewedBy } = predictions;
  const before = await tx
    .select({ id, status, spanUid, startTime, endTime, reviewedBy })
    .from(predictions)
    .where(named)
    .for('update');
  if (before.length === 0) return [];
  await tx
    .update(predictions)
    .set({ status: 'new', spanUid: null, reviewedBy: null, reviewedAt: null })
    .where(named);
  return before as (Reopened & Reviewed)[];
}

/** Spans that touch the window and pass the filter. */
function whereFilter(chartId: number, filter: SpanFilter): SQL | undefined {
  const { labels, sources, confidences, outcomes } = filter;
  return and(
    spanWindow(chartId, filter),
    labels && inArray(spanAnnotations.label, labels),
    sources && inArray(spanAnnotations.source, sources),
    confidences && inOrNull(spanAnnotations.confidence, confidences),
    outcomes && inOrNull(spanAnnotations.outcome, outcomes),
  );
}

export const spanWindow = (chartId: number, window: { from: number; to: number }): SQL =>
  overlapping(spanAnnotations, eq(spanAnnotations.chartId, chartId), window);

/** Null among the values stands for rows without one. */
function inOrNull(column: Column, values: readonly (string | number | null)[]): SQL | undefined {
  const said = values.filter((value) => value !== null);
  return or(
    said.length > 0 ? inArray(column, said) : undefined,
    said.length < values.length ? isNull(column) : undefined,
  );
}

export const spanEntity = defineEntity<SpanFields>({
  name: 'span',
  table: spanAnnotations,
  other: annotations,
  fields: [
    'startTime',
    'endTime',
    'label',
    'confidence',
    'outcome',
    'notes',
    'subSpans',
    'color',
    'source',
    'modelPrediction',
  ],
  label: spanAnnotations.label,
  order: spanAnnotations.startTime,
  check: (tx, changes) =>
    checkLabels(
      tx,
      changes.flatMap(({ before, fields }) => (before?.label === fields.label ? [] : fields.label)),
    ),
});

export const applySpans = (
  db: Tx,
  args: { chartId: number; actorId: string; diff: SpanDiff },
): Promise<ApplyResult<Span>> => applyDiff(db, spanEntity, args);

export const spanLabelSet: LabelSet<SpanLabelType> = {
  what: 'span label',
  types: spanLabelTypes,
  keys: ['id', 'name', 'displayName', 'color', 'hotkey', 'isActive', 'sortOrder'],
  entity: spanEntity,
};

/** Holds the label types until the transaction ends, so that none is renamed under its spans. */
async function checkLabels(tx: Tx, labels: string[]) {
  const wanted = new Set(labels);
  wanted.delete(NEGATIVE_LABEL);
  if (wanted.size === 0) return;
  const found = await tx.execute<{ name: string }>(sql`
    select name from ${spanLabelTypes} where ${inArray(spanLabelTypes.name, [...wanted])}
    for key share`);
  for (const { name } of found) wanted.delete(name);
  for (const label of wanted) {
    throw new AppError('BAD_REQUEST', `There is no span label “${label}”; nothing was saved.`);
  }
}
