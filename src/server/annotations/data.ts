import {
  and,
  asc,
  between,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  or,
  sql,
} from 'drizzle-orm';
import type {
  Annotation,
  AnnotationDiff,
  AnnotationFields,
  AnnotationType,
} from '@/contract/annotations';
import type { ApplyResult } from '@/contract/errors';
import type { Tx } from '@/lib/db';
import { annotations, annotationTypes } from '@/lib/db/schema';
import { AppError } from '../errors';
import { applyDiff, type Entity } from '../revisions/data';
import { misfit } from './rules';

const { createdBy, updatedBy, ...columns } = getTableColumns(annotations);
const { createdAt, ...typeColumns } = getTableColumns(annotationTypes);
const MAX_TYPES = 1_000;

export async function listAnnotationTypes(db: Tx): Promise<AnnotationType[]> {
  const rows = await db
    .select(typeColumns)
    .from(annotationTypes)
    .orderBy(asc(annotationTypes.sortOrder), asc(annotationTypes.id))
    .limit(MAX_TYPES);
  return rows as AnnotationType[];
}

/**
 * Markers in the window, and lines and rectangles that touch it; as many as `limit` means that
 * there may be more.
 */
export function listAnnotations(
  db: Tx,
  chartId: number,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<Annotation[]> {
  const seconds = (key: string) => sql`(${annotations.geometry} ->> ${key})::double precision`;
  const [start, end] = [seconds('startTime'), seconds('endTime')];
  return db
    .select(columns)
    .from(annotations)
    .where(
      and(
        eq(annotations.chartId, chartId),
        or(
          and(isNull(annotations.geometry), between(annotations.time, from, to)),
          and(
            isNotNull(annotations.geometry),
            sql`least(${start}, ${end}) <= ${to}`,
            sql`greatest(${start}, ${end}) >= ${from}`,
          ),
        ),
      ),
    )
    .orderBy(asc(annotations.time), asc(annotations.id))
    .limit(limit);
}

const annotationEntity: Entity<AnnotationFields> = {
  name: 'annotation',
  table: annotations,
  fields: ['time', 'labelType', 'geometry', 'color'],
  check: (tx, changes) =>
    checkTypes(
      tx,
      changes.flatMap(({ before, fields }) =>
        before?.labelType === fields.labelType && !before.geometry === !fields.geometry
          ? []
          : fields,
      ),
    ),
};

export const applyAnnotations = (
  db: Tx,
  args: { chartId: number; actorId: string; diff: AnnotationDiff },
): Promise<ApplyResult<Annotation>> => applyDiff(db, annotationEntity, args);

/** Holds the types until the transaction ends, so that none is renamed under its annotations. */
async function checkTypes(tx: Tx, drawn: AnnotationFields[]) {
  if (drawn.length === 0) return;
  const names = [...new Set(drawn.map((fields) => fields.labelType))];
  const types = await tx
    .select({ name: annotationTypes.name, category: annotationTypes.category })
    .from(annotationTypes)
    .where(inArray(annotationTypes.name, names))
    .for('key share');
  const categories = new Map(types.map(({ name, category }) => [name, category]));
  for (const fields of drawn) {
    const category = categories.get(fields.labelType) as AnnotationType['category'] | undefined;
    const reason = misfit(fields, category);
    if (reason) throw new AppError('BAD_REQUEST', `${reason}; nothing was saved.`);
  }
}
