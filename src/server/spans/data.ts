import { and, asc, count, eq, getTableColumns, gte, inArray, lte } from 'drizzle-orm';
import type { ApplyResult } from '@/contract/errors';
import {
  NEGATIVE_LABEL,
  type Span,
  type SpanDiff,
  type SpanFields,
  type SpanLabelType,
} from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { spanAnnotations, spanLabelTypes } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { AppError } from '../errors';
import { applyDiff, type Entity } from '../revisions/data';

const { createdBy, updatedBy, ...columns } = getTableColumns(spanAnnotations);
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
export async function listSpans(
  db: Tx,
  chartId: number,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<Span[]> {
  const rows = await db
    .select(columns)
    .from(spanAnnotations)
    .where(
      and(
        eq(spanAnnotations.chartId, chartId),
        lte(spanAnnotations.startTime, to),
        gte(spanAnnotations.endTime, from),
      ),
    )
    .orderBy(asc(spanAnnotations.startTime), asc(spanAnnotations.id))
    .limit(limit);
  return rows as Span[];
}

/** The chart's spans among `uids`. */
export async function findSpans(db: Tx, chartId: number, uids: string[]): Promise<Span[]> {
  const rows = await db
    .select(columns)
    .from(spanAnnotations)
    .where(and(eq(spanAnnotations.chartId, chartId), anyOf(spanAnnotations.uid, uids)))
    .limit(uids.length);
  return rows as Span[];
}

/** How many spans each label has on the chart; labels without any are left out. */
export function countSpansByLabel(
  db: Tx,
  chartId: number,
): Promise<{ label: string; count: number }[]> {
  return db
    .select({ label: spanAnnotations.label, count: count() })
    .from(spanAnnotations)
    .where(eq(spanAnnotations.chartId, chartId))
    .groupBy(spanAnnotations.label)
    .orderBy(asc(spanAnnotations.label))
    .limit(MAX_LABELS);
}

const spanEntity: Entity<SpanFields> = {
  name: 'span',
  table: spanAnnotations,
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
  check: (tx, changes) =>
    checkLabels(
      tx,
      changes.flatMap(({ before, fields }) => (before?.label === fields.label ? [] : fields.label)),
    ),
};

export const applySpans = (
  db: Tx,
  args: { chartId: number; actorId: string; diff: SpanDiff },
): Promise<ApplyResult<Span>> => applyDiff(db, spanEntity, args);

/** Holds the label types until the transaction ends, so that none is renamed under its spans. */
async function checkLabels(tx: Tx, labels: string[]) {
  const wanted = new Set(labels);
  wanted.delete(NEGATIVE_LABEL);
  if (wanted.size === 0) return;
  const found = await tx
    .select({ name: spanLabelTypes.name })
    .from(spanLabelTypes)
    .where(inArray(spanLabelTypes.name, [...wanted]))
    .for('key share');
  for (const { name } of found) wanted.delete(name);
  for (const label of wanted) {
    throw new AppError('BAD_REQUEST', `There is no span label “${label}”; nothing was saved.`);
  }
}
