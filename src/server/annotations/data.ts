import {
  and,
  asc,
  between,
  count,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type {
  Annotation,
  AnnotationDiff,
  AnnotationFields,
  AnnotationFilter,
  AnnotationType,
} from '@/contract/annotations';
import type { ApplyResult, BulkDeleted } from '@/contract/records';
import type { Db, Tx } from '@/lib/db';
import { annotations, annotationTypes, spanAnnotations } from '@/lib/db/schema';
import { readOfChart } from '../charts/data';
import { AppError } from '../errors';
import { defineEntity } from '../records/entity';
import type { LabelSet } from '../records/label-sets';
import { applyDiff, deleteWhere } from '../records/write';
import { geometryMismatch } from './rules';

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

/** By time; as many as `limit` means that there may be more. */
export const listAnnotations = (
  db: Tx,
  chartId: number,
  { limit, ...filter }: AnnotationFilter & { limit: number },
): Promise<Annotation[]> =>
  readOfChart(
    db,
    chartId,
    sql`select ${annotationEntity.columns} from ${annotations}
      where ${and(eq(annotations.chartId, chartId), whereFilter(filter))}
      order by ${annotations.time}, ${annotations.id} limit ${limit}`,
  );

/** How many annotations each type has on the chart; types without any are left out. */
export function countAnnotationsByType(
  db: Tx,
  chartId: number,
  filter: AnnotationFilter,
): Promise<{ labelType: string; count: number }[]> {
  return db
    .select({ labelType: annotations.labelType, count: count() })
    .from(annotations)
    .where(and(eq(annotations.chartId, chartId), whereFilter(filter)))
    .groupBy(annotations.labelType)
    .orderBy(asc(annotations.labelType))
    .limit(MAX_TYPES);
}

export const deleteAnnotations = (
  db: Db,
  { filter, ...args }: { chartId: number; actorId: string; filter: AnnotationFilter },
): Promise<BulkDeleted<Annotation>> =>
  deleteWhere(db, annotationEntity, { ...args, where: whereFilter(filter) });

const whereFilter = ({ from, to, labelTypes }: AnnotationFilter): SQL | undefined =>
  and(annotationWindow(from, to), labelTypes && inArray(annotations.labelType, labelTypes));

/** Markers in the window, and lines and rectangles that touch it. */
export function annotationWindow(from: number, to: number): SQL | undefined {
  const seconds = (key: string) => sql`(${annotations.geometry} ->> ${key})::double precision`;
  const [start, end] = [seconds('startTime'), seconds('endTime')];
  return or(
    and(isNull(annotations.geometry), between(annotations.time, from, to)),
    and(
      isNotNull(annotations.geometry),
      sql`least(${start}, ${end}) <= ${to}`,
      sql`greatest(${start}, ${end}) >= ${from}`,
    ),
  );
}

export const annotationEntity = defineEntity<AnnotationFields>({
  name: 'annotation',
  table: annotations,
  other: spanAnnotations,
  fields: ['time', 'labelType', 'geometry', 'color'],
  label: annotations.labelType,
  order: annotations.time,
  check: (tx, changes) =>
    checkTypes(
      tx,
      changes.flatMap(({ before, fields }) =>
        before?.labelType === fields.labelType && !before.geometry === !fields.geometry
          ? []
          : fields,
      ),
    ),
});

export const applyAnnotations = (
  db: Tx,
  args: { chartId: number; actorId: string; diff: AnnotationDiff },
): Promise<ApplyResult<Annotation>> => applyDiff(db, annotationEntity, args);

export const annotationTypeSet: LabelSet<AnnotationType> = {
  what: 'annotation type',
  types: annotationTypes,
  keys: ['id', 'name', 'displayName', 'color', 'isActive', 'sortOrder', 'category', 'icon'],
  entity: annotationEntity,
};

/** Holds the types until the transaction ends, so that none is renamed under its annotations. */
async function checkTypes(tx: Tx, drawn: AnnotationFields[]) {
  if (drawn.length === 0) return;
  const names = [...new Set(drawn.map((fields) => fields.labelType))];
  const types = await tx.execute<{ name: string; category: AnnotationType['category'] }>(sql`
    select name, category from ${annotationTypes} where ${inArray(annotationTypes.name, names)}
    for key share`);
  const categories = new Map(types.map(({ name, category }) => [name, category]));
  for (const fields of drawn) {
    const reason = geometryMismatch(fields, categories.get(fields.labelType));
    if (reason) throw new AppError('BAD_REQUEST', `${reason}; nothing was saved.`);
  }
}
