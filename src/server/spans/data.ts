import {
  and,
  asc,
  type Column,
  count,
  desc,
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
  type LabelGroup,
  NEGATIVE_LABEL,
  SPAN_FIELDS,
  type Span,
  type SpanDiff,
  type SpanFields,
  type SpanFilter,
  type SpanLabelType,
} from '@/contract/spans';
import type { Tx } from '@/lib/db';
import {
  annotations,
  predictions,
  spanAnnotations,
  spanLabelGroups,
  spanLabelTypes,
  trainingRuns,
  users,
} from '@/lib/db/schema';
import { overlapping } from '@/lib/db/window';
import { anyOf } from '@/lib/db/wire';
import { AppError, refusedRows } from '../errors';
import { defineEntity, loggedRange, type Window } from '../records/entity';
import { renameInRanges } from '../records/examined';
import { examineReviews, type Reviewed } from '../records/examined-reviews';
import type { LabelSet } from '../records/label-sets';
import { boundLabels, refuseOverlapsOf, trimDiff } from '../records/overlaps';
import type { Renamed } from '../records/relabel';
import { applyDiff, deleteWhere } from '../records/write';
import { type ChartScope, inScope, ofChart, readOfChart } from '../scope';
import { labelNameRefusal } from './rules';

const { createdAt, mergedRevs, ...typeColumns } = getTableColumns(spanLabelTypes);
const MAX_LABELS = 1_000;

export function listSpanLabelTypes(db: Tx): Promise<SpanLabelType[]> {
  return db
    .select(typeColumns)
    .from(spanLabelTypes)
    .orderBy(asc(spanLabelTypes.sortOrder), asc(spanLabelTypes.id))
    .limit(MAX_LABELS);
}

export const listLabelGroups = (db: Tx): Promise<LabelGroup[]> =>
  db.select().from(spanLabelGroups).orderBy(asc(spanLabelGroups.name)).limit(MAX_LABELS) as Promise<
    LabelGroup[]
  >;

export async function setOverlap(db: Tx, { name, overlap }: LabelGroup): Promise<LabelGroup> {
  const changed = await db
    .update(spanLabelGroups)
    .set({ overlap })
    .where(eq(spanLabelGroups.name, name))
    .returning({ name: spanLabelGroups.name });
  if (changed.length === 0) throw new AppError('NOT_FOUND', `No label is in a group “${name}”.`);
  return { name, overlap };
}

/** Gives a group another name, and its labels with it. */
export function renameGroup(
  db: Tx,
  { name, newName }: { name: string; newName: string },
): Promise<LabelGroup> {
  return db.transaction(async (tx) => {
    await holdGroups(tx);
    const groups = await listLabelGroups(tx);
    const group = groups.find((each) => each.name === name);
    if (!group) throw new AppError('NOT_FOUND', `No label is in a group “${name}”.`);
    if (newName !== name && groups.some((each) => each.name === newName)) {
      throw new AppError('CONFLICT', `There is already a group “${newName}”; nothing was changed.`);
    }
    await tx.update(spanLabelGroups).set({ name: newName }).where(eq(spanLabelGroups.name, name));
    return { ...group, name: newName };
  });
}

/** The labels that were merged into others, by name, and the name of what each means since. */
export async function meantLabels(db: Tx): Promise<Map<string, string>> {
  const rows = await db.execute<{ name: string; means: string }>(sql`
    with recursive meant (name, id) as (
      select name, merged_into from ${spanLabelTypes} where merged_into is not null
      union all
      select meant.name, types.merged_into
      from meant join ${spanLabelTypes} as types on types.id = meant.id
      where types.merged_into is not null
    )
    select meant.name, types.name as means from meant
    join ${spanLabelTypes} as types on types.id = meant.id
    where types.merged_into is null limit ${MAX_LABELS}`);
  return new Map(rows.map(({ name, means }) => [name, means]));
}

/** Spans that touch the window, by start; as many as `limit` means that there may be more. */
export const listSpans = (
  db: Tx,
  scope: ChartScope,
  { limit, ...filter }: SpanFilter & { limit: number },
): Promise<Span[]> =>
  readOfChart(
    db,
    scope,
    db.execute<Span>(sql`
      select ${spanEntity.columns} from ${spanAnnotations} where ${whereFilter(scope, filter)}
      order by ${spanAnnotations.startTime}, ${spanAnnotations.id} limit ${limit}`),
  );

/** The chart's spans among `uids`. */
export async function findSpans(db: Tx, scope: ChartScope, uids: string[]): Promise<Span[]> {
  return await db.execute<Span>(sql`
    select ${spanEntity.columns} from ${spanAnnotations}
    where ${ofChart(scope, spanAnnotations.chartId)} and ${anyOf(spanAnnotations.uid, uids)}`);
}

/** How many spans each label has on the chart; labels without any are left out. */
export function countSpansByLabel(
  db: Tx,
  scope: ChartScope,
  filter: SpanFilter,
): Promise<{ label: string; count: number }[]> {
  return db
    .select({ label: spanAnnotations.label, count: count() })
    .from(spanAnnotations)
    .where(whereFilter(scope, filter))
    .groupBy(spanAnnotations.label)
    .orderBy(asc(spanAnnotations.label))
    .limit(MAX_LABELS);
}

/** Who made the chart's spans, and how many; whoever made the most comes first. */
export const listAuthors = (db: Tx, scope: ChartScope) =>
  db
    .select({
      id: users.id,
      name: users.name,
      count: count(),
      isYou: sql<boolean>`${users.id} = ${scope.actor.id}`,
    })
    .from(spanAnnotations)
    .innerJoin(users, eq(users.id, spanAnnotations.createdBy))
    .where(ofChart(scope, spanAnnotations.chartId))
    .groupBy(users.id)
    .orderBy(desc(count()), asc(users.id))
    .limit(MAX_LABELS);

export type Reopened = Pick<Prediction, 'id' | 'status' | 'spanUid'>;

/** Deletes spans, and opens again the predictions whose reviews made them. */
export function deleteSpans(
  db: Tx,
  scope: ChartScope,
  filter: SpanFilter,
): Promise<BulkDeleted<Span> & { reopened: Reopened[] }> {
  return db.transaction(async (tx) => {
    const result = await deleteWhere<Span>(tx, spanEntity, scope, whereFilter(scope, filter));
    const uids = result.deleted.map(({ uid }) => uid);
    const before = await reopenPredictions(tx, scope, uids);
    await examineReviews(tx, scope, { rev: result.rev, reviewed: [], reopened: before });
    const reopened = before.map(({ id, status, spanUid }) => ({ id, status, spanUid }));
    return { ...result, reopened };
  });
}

/** Predictions that name one of these spans are to be reviewed again; tells what they were. */
async function reopenPredictions(
  tx: Tx,
  scope: ChartScope,
  uids: string[],
): Promise<(Reopened & Reviewed)[]> {
  const named = and(ofChart(scope, predictions.chartId), anyOf(predictions.spanUid, uids));
  const { id, status, spanUid, startTime, endTime, reviewedBy } = predictions;
  const before = await tx
    .select({ id, status, spanUid, startTime, endTime, reviewedBy })
    .from(predictions)
    .where(named)
    .for('update');
  if (before.length === 0) return [];
  await tx
    .update(predictions)
    .set({ status: 'new', spanUid: null, reviewedBy: null, reviewedAt: null, inBulk: false })
    .where(named);
  return before as (Reopened & Reviewed)[];
}

/** Spans that touch the window and pass the filter. */
function whereFilter(scope: ChartScope, filter: SpanFilter): SQL | undefined {
  const { labels, sources, authors, confidences, outcomes } = filter;
  return and(
    spanWindow(scope, filter),
    labels && inArray(spanAnnotations.label, labels),
    sources && inArray(spanAnnotations.source, sources),
    authors && inArray(spanAnnotations.createdBy, authors),
    confidences && inOrNull(spanAnnotations.confidence, confidences),
    outcomes && inOrNull(spanAnnotations.outcome, outcomes),
  );
}

const spanWindow = (scope: ChartScope, window: Window) =>
  and(
    overlapping(spanAnnotations, eq(spanAnnotations.chartId, scope.chartId), window),
    inScope(scope, sql`${scope.chartId}::integer`),
  );

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
  fields: SPAN_FIELDS,
  labelKey: 'label',
  orderKey: 'startTime',
  overlapping: spanWindow,
  loggedOverlapping: loggedRange,
  async afterDelete(tx, scope, { uids, rev, isAlone }) {
    const reopened = await reopenPredictions(tx, scope, uids);
    // With the whole chart, its ranges go back to what they were anyway.
    if (isAlone) await examineReviews(tx, scope, { rev, reviewed: [], reopened });
  },
  checkWritten: refuseOverlapsOf,
  fit: { labels: boundLabels, diff: trimDiff },
  check: (tx, changes) =>
    checkLabelled(
      tx,
      changes.flatMap(({ before, fields }) => (before?.label === fields.label ? [] : fields)),
    ),
});

export const applySpans = (db: Tx, scope: ChartScope, diff: SpanDiff): Promise<ApplyResult<Span>> =>
  applyDiff(db, spanEntity, scope, diff);

export const spanLabelSet: LabelSet<SpanLabelType> = {
  what: 'span label',
  types: spanLabelTypes,
  keys: [
    'id',
    'name',
    'displayName',
    'color',
    'hotkey',
    'isActive',
    'sortOrder',
    'groupName',
    'mergedInto',
  ],
  entity: spanEntity,
  refuseName: labelNameRefusal,
  references: {
    async make(tx, { groupName }: { groupName?: string | null }) {
      if (!groupName) return;
      await holdGroups(tx);
      await tx.insert(spanLabelGroups).values({ name: groupName }).onConflictDoNothing();
    },
    async tidy(tx) {
      await holdGroups(tx);
      await tx.execute(sql`
        delete from ${spanLabelGroups} where not exists (
          select from ${spanLabelTypes} where group_name = ${spanLabelGroups.name})`);
    },
  },
  refuseActive: ({ displayName, mergedInto }) =>
    mergedInto === null
      ? null
      : `“${displayName}” was merged into another label. Undo the merge to have it back.`,
  beforeDelete: refuseMergedInto,
  afterRename: renameElsewhere,
};

/** One writer of groups at a time: a group must not go while a label comes into it. */
const holdGroups = (tx: Tx) =>
  tx.execute(sql`lock table ${spanLabelGroups} in share row exclusive mode`);

/** What labels were merged into has to stay, for what names them means it. */
async function refuseMergedInto(tx: Tx, { id, displayName }: SpanLabelType) {
  const [merged] = await tx
    .select({ name: spanLabelTypes.displayName })
    .from(spanLabelTypes)
    .where(eq(spanLabelTypes.mergedInto, id))
    .limit(1);
  if (!merged) return;
  throw new AppError(
    'CONFLICT',
    `“${merged.name}” was merged into “${displayName}”. Undo that merge first, or archive it instead.`,
  );
}

/** Renames a label in examined ranges, in predictions and in the runs that may yet be begun (again). */
async function renameElsewhere(tx: Tx, names: Renamed) {
  const { from, to } = names;
  await renameInRanges(tx, names);
  await tx.execute(sql`update ${predictions} set label = ${to} where label = ${from}`);
  const labels = sql`${trainingRuns.params} -> 'labels'`;
  await tx.execute(sql`
    update ${trainingRuns} set params = jsonb_set(params, '{labels}', (
      select jsonb_agg(case when label = ${from} then ${to} else label end)
      from jsonb_array_elements_text(${labels}) as label
    ))
    where status in ('queued', 'running') and jsonb_typeof(${labels}) = 'array' and ${labels} ? ${from}`);
}

/** Holds the label types until the transaction ends, so that none is renamed under its spans. Throws a BAD_REQUEST for one that is not there. */
export async function checkLabels(tx: Tx, labels: string[]) {
  const [label] = await unknownLabels(tx, labels);
  if (label === undefined) return;
  throw new AppError('BAD_REQUEST', `${noSuchLabel(label)}; nothing was saved.`);
}

async function checkLabelled(tx: Tx, spans: { uid: string; label: string }[]) {
  const unknown = await unknownLabels(
    tx,
    spans.map(({ label }) => label),
  );
  if (unknown.size === 0) return;
  const refused = spans.flatMap(({ uid, label }) =>
    unknown.has(label) ? { uid, reason: noSuchLabel(label) } : [],
  );
  throw refusedRows('BAD_REQUEST', refused);
}

const noSuchLabel = (label: string) => `There is no span label “${label}”`;

async function unknownLabels(tx: Tx, labels: readonly string[]): Promise<Set<string>> {
  const wanted = new Set(labels);
  wanted.delete(NEGATIVE_LABEL);
  if (wanted.size === 0) return wanted;
  const found = await tx.execute<{ name: string }>(sql`
    select name from ${spanLabelTypes} where ${inArray(spanLabelTypes.name, [...wanted])}
    for key share`);
  for (const { name } of found) wanted.delete(name);
  return wanted;
}
