import {
  and,
  asc,
  between,
  count,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type * as z from 'zod';
import {
  ANNOTATION_FIELDS,
  type Annotation,
  type AnnotationDiff,
  type AnnotationFields,
  type AnnotationFilter,
  type AnnotationType,
  type createAnnotationTypeInput,
} from '@/contract/annotations';
import type { ApplyResult, BulkDeleted } from '@/contract/records';
import type { Db, Tx } from '@/lib/db';
import {
  ANNOTATION_CATEGORIES,
  annotations,
  annotationTypes,
  spanAnnotations,
} from '@/lib/db/schema';
import { AppError, refusedRows } from '../errors';
import { defineEntity, type Window } from '../records/entity';
import { createType, type LabelSet } from '../records/label-sets';
import { applyDiff, deleteWhere } from '../records/write';
import { type ChartScope, ofChart, readOfChart } from '../scope';
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
  scope: ChartScope,
  { limit, ...filter }: AnnotationFilter & { limit: number },
): Promise<Annotation[]> =>
  readOfChart(
    db,
    scope,
    db.execute<Annotation>(sql`
      select ${annotationEntity.columns} from ${annotations} where ${whereFilter(scope, filter)}
      order by ${annotations.time}, ${annotations.id} limit ${limit}`),
  );

/** How many annotations each type has on the chart; types without any are left out. */
export function countAnnotationsByType(
  db: Tx,
  scope: ChartScope,
  filter: AnnotationFilter,
): Promise<{ labelType: string; count: number }[]> {
  return db
    .select({ labelType: annotations.labelType, count: count() })
    .from(annotations)
    .where(whereFilter(scope, filter))
    .groupBy(annotations.labelType)
    .orderBy(asc(annotations.labelType))
    .limit(MAX_TYPES);
}

export const deleteAnnotations = (
  db: Tx,
  scope: ChartScope,
  filter: AnnotationFilter,
): Promise<BulkDeleted<Annotation>> =>
  deleteWhere(db, annotationEntity, scope, whereFilter(scope, filter));

const whereFilter = (scope: ChartScope, { labelTypes, ...window }: AnnotationFilter) =>
  and(annotationWindow(scope, window), labelTypes && inArray(annotations.labelType, labelTypes));

/** Markers in the window, and lines and rectangles that touch it. */
function annotationWindow(scope: ChartScope, { from, to }: Window): SQL | undefined {
  const seconds = (key: string) => sql`(${annotations.geometry} ->> ${key})::double precision`;
  const [start, end] = [seconds('startTime'), seconds('endTime')];
  return and(
    ofChart(scope, annotations.chartId),
    or(
      and(isNull(annotations.geometry), between(annotations.time, from, to)),
      and(
        isNotNull(annotations.geometry),
        sql`least(${start}, ${end}) <= ${to}`,
        sql`greatest(${start}, ${end}) >= ${from}`,
      ),
    ),
  );
}

/** The same of a row that the log has as `before`. */
function loggedWindow({ from, to }: Window): SQL {
  const geometry = sql`before -> 'geometry'`;
  const corner = (key: string) => sql`(${geometry} ->> ${key})::double precision`;
  return sql`case when jsonb_typeof(${geometry}) = 'object'
    then least(${corner('startTime')}, ${corner('endTime')}) <= ${to}
      and greatest(${corner('startTime')}, ${corner('endTime')}) >= ${from}
    else (before ->> 'time')::double precision between ${from} and ${to} end`;
}

export const annotationEntity = defineEntity<AnnotationFields>({
  name: 'annotation',
  table: annotations,
  other: spanAnnotations,
  fields: ANNOTATION_FIELDS,
  labelKey: 'labelType',
  orderKey: 'time',
  overlapping: annotationWindow,
  loggedOverlapping: loggedWindow,
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
  scope: ChartScope,
  diff: AnnotationDiff,
): Promise<ApplyResult<Annotation>> => applyDiff(db, annotationEntity, scope, diff);

export const annotationTypeSet: LabelSet<AnnotationType> = {
  what: 'annotation type',
  types: annotationTypes,
  keys: ['id', 'name', 'displayName', 'color', 'isActive', 'sortOrder', 'category', 'icon'],
  entity: annotationEntity,
};

export function createAnnotationType(
  db: Db,
  fields: z.output<typeof createAnnotationTypeInput>,
): Promise<AnnotationType> {
  const { category } = fields;
  if (!ANNOTATION_CATEGORIES.includes(category)) {
    throw new AppError(
      'BAD_REQUEST',
      `There is no category “${category}”; there are ${ANNOTATION_CATEGORIES.join(', ')}.`,
    );
  }
  return createType(db, annotationTypeSet, fields);
}

/** Holds the types until the transaction ends, so that none is renamed under its annotations. */
async function checkTypes(tx: Tx, drawn: (AnnotationFields & { uid: string })[]) {
  if (drawn.length === 0) return;
  const names = [...new Set(drawn.map((fields) => fields.labelType))];
  const types = await tx.execute<{ name: string; category: string }>(sql`
    select name, category from ${annotationTypes} where ${inArray(annotationTypes.name, names)}
    for key share`);
  const categories = new Map(types.map(({ name, category }) => [name, category]));
  const refused = drawn.flatMap((fields) => {
    const reason = geometryMismatch(fields, categories.get(fields.labelType));
    return reason ? { uid: fields.uid, reason } : [];
  });
  if (refused.length > 0) throw refusedRows('BAD_REQUEST', refused);
}
