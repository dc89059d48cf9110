import { type SQL, sql } from 'drizzle-orm';
import type { ExaminedRange } from '@/contract/examined';
import type { Merged, MergePreview, SpanLabelType, Unmerged } from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import {
  examinedRanges,
  predictions,
  revisions,
  spanAnnotations,
  spanLabelTypes,
  trainingRuns,
} from '@/lib/db/schema';
import { AppError } from '../errors';
import type { Scope } from '../scope';
import { changeRanges, rangeColumns, type Step, writeRanges } from './examined';
import { mergedLabelSet, mergeRefusal } from './label-rules';
import { holdCharts, type LabelSet, lockType, rowIn } from './label-sets';
import { notifyCharts } from './lock';
import { refuseOverlaps } from './overlaps';
import { type NextRevs, relabel, takeRevs } from './relabel';

type Set = LabelSet<SpanLabelType>;
type Pair = { from: number; into: number };

const { chartId, label, source } = spanAnnotations;
const nameOf = (id: number) =>
  sql`(select ${spanLabelTypes.name} from ${spanLabelTypes} where ${spanLabelTypes.id} = ${id})`;

/** How many spans would get the other label, on how many charts, and who made them. */
export async function previewMerge(db: Tx, { from }: Pair): Promise<MergePreview> {
  const counts = sql`count(*)::int as spans, count(distinct ${chartId})::int as charts`;
  const ofLabel = sql`from ${spanAnnotations} where ${label} = ${nameOf(from)}`;
  const [sources, [all], [proposed]] = await Promise.all([
    db.execute<MergePreview['sources'][number]>(
      sql`select ${source}, ${counts} ${ofLabel} group by ${source} order by spans desc limit 1000`,
    ),
    db.execute<{ spans: number; charts: number }>(sql`select ${counts} ${ofLabel}`),
    db.execute<{ count: number }>(sql`
      select count(*)::int from ${predictions} where ${predictions.label} = ${nameOf(from)}`),
  ]);
  return { spans: 0, charts: 0, ...all, sources: [...sources], predictions: proposed?.count ?? 0 };
}

/**
 * Gives every span of one label another one, as one revision of each chart, and archives the first;
 * predictions and runs keep naming it, and mean the other since. All of it or nothing.
 */
export function mergeTypes(
  db: Db,
  set: Set,
  { actor, permission }: Scope,
  { from, into }: Pair,
): Promise<Merged> {
  return db.transaction(async (tx) => {
    const examinedFor = (name: SQL) => sql`${name} = any(${examinedRanges.labelSet})`;
    const touched = sql`
      select ${chartId} from ${spanAnnotations} where ${label} = ${nameOf(from)}
      union select ${examinedRanges.chartId} from ${examinedRanges}
      where ${examinedFor(nameOf(from))} or ${examinedFor(nameOf(into))}`;
    await holdCharts(tx, touched);
    const [one, other] = await lockPair(tx, set, { from, into });
    const refusal = mergeRefusal(one, other);
    if (refusal) throw new AppError('BAD_REQUEST', refusal);
    const revs = await takeRevs(tx, touched);
    const names = { from: one.name, to: other.name, actorId: actor.id };
    const spans = await relabel(tx, set.entity, names, revs);
    await refuseOverlaps(tx, writtenUnder(revs));
    const [{ charts = 0 } = {}] = await tx.execute<{ charts: number }>(sql`
      select count(*)::int as charts from jsonb_each_text(${JSON.stringify(revs)}::jsonb)
      where exists (select from ${revisions} where ${revisions.chartId} = key::integer
        and ${revisions.rev} = value::bigint and ${revisions.entity} = ${set.entity.name})`);
    await mergeInRanges(tx, { actor, permission }, names, revs);
    await mergeInQueue(tx, names);
    const type = await setMerged(
      tx,
      set,
      from,
      sql`
      is_active = false, merged_into = ${into}, merged_revs = ${JSON.stringify(revs)}::jsonb`,
    );
    await notifyCharts(tx, Object.keys(revs).map(Number));
    return { type, spans, charts };
  });
}

/**
 * Gives back to a merged label the spans that still are as the merge left them, as one more revision of
 * each chart, and to examined ranges the labels that they were examined for.
 */
export function unmergeType(
  db: Db,
  set: Set,
  { actor, permission }: Scope,
  id: number,
): Promise<Unmerged> {
  return db.transaction(async (tx) => {
    const then = sql`
      select key::integer as chart, value::bigint as rev
      from ${spanLabelTypes}, jsonb_each_text(${spanLabelTypes.mergedRevs})
      where ${spanLabelTypes.id} = ${id}`;
    await holdCharts(tx, sql`select chart from (${then}) as merged`);
    const type = await lockType(tx, set, id);
    if (type.mergedInto === null) {
      throw new AppError('BAD_REQUEST', `“${type.displayName}” is not merged into another label.`);
    }
    const now = await meantBy(tx, set, type.mergedInto);
    const logged = (entity: string) => sql`
      select ${revisions.chartId} as chart, ${revisions.uid}, ${revisions.before}, ${revisions.after}
      from ${revisions} join (${then}) as merged
        on ${revisions.chartId} = chart and ${revisions.rev} = merged.rev
      where ${revisions.entity} = ${entity}`;
    const uids = sql`select uid from (${logged(set.entity.name)}) as changed`;
    const isStill = sql`${label} = ${now.name} and ${spanAnnotations.uid} in (${uids})`;
    const ranges = await rangesToGiveBack(tx, logged('examined_range'));
    const revs = await takeRevs(
      tx,
      sql`select ${chartId} from ${spanAnnotations} where ${isStill}
        union select unnest(${`{${[...ranges.keys()].join(',')}}`}::integer[])`,
    );
    const [{ total = 0, charts = 0 } = {}] = await tx.execute<{
      total: number;
      charts: number;
    }>(sql`
      select (select count(*) from (${uids}) as changed)::int as total,
        (select count(distinct ${chartId}) from ${spanAnnotations} where ${isStill})::int as charts`);
    const names = { from: now.name, to: type.name, actorId: actor.id };
    const spans = await relabel(tx, set.entity, names, revs, isStill);
    await refuseOverlaps(tx, writtenUnder(revs));
    for (const [chart, change] of ranges) {
      await writeRanges(tx, { actor, permission, chartId: chart }, revs[chart] ?? 0, change);
    }
    const restored = await setMerged(
      tx,
      set,
      id,
      sql`
      merged_into = null, merged_revs = null, is_active = true,
      hotkey = (select hotkey where not exists (
        select from ${spanLabelTypes} as other where other.hotkey = ${spanLabelTypes.hotkey}
          and other.is_active))`,
    );
    await notifyCharts(tx, Object.keys(revs).map(Number));
    return { type: restored, spans, charts, left: total - spans };
  });
}

/** The label that one means after every merge since. */
async function meantBy(tx: Tx, set: Set, id: number): Promise<SpanLabelType> {
  const type = await lockType(tx, set, id);
  return type.mergedInto === null ? type : meantBy(tx, set, type.mergedInto);
}

/** What a change of labels has written, as `w`. */
const writtenUnder = (revs: NextRevs) => sql`
  (w.chart_id, w.rev) in (select key::integer, value::bigint
    from jsonb_each_text(${JSON.stringify(revs)}::jsonb))`;

async function lockPair(tx: Tx, set: Set, { from, into }: Pair) {
  // In one order whoever asks, so that two merges wait for one another and do not end in a deadlock.
  const first = await lockType(tx, set, Math.min(from, into));
  const second = await lockType(tx, set, Math.max(from, into));
  return from <= into ? ([first, second] as const) : ([second, first] as const);
}

async function setMerged(tx: Tx, set: Set, id: number, assignments: SQL): Promise<SpanLabelType> {
  const [changed] = await tx.execute<{ row: SpanLabelType }>(sql`
    with changed as (update ${spanLabelTypes} set ${assignments} where id = ${id} returning *)
    select ${rowIn(set)} as row from changed as ${spanLabelTypes}`);
  if (!changed) throw new Error('the label that is held is gone');
  return changed.row;
}

type Names = { from: string; to: string };

/** Bars that were examined for one of the two labels alone say nothing of what both mean now. */
async function mergeInRanges(tx: Tx, scope: Scope, names: Names, revs: NextRevs) {
  const either = `{${[names.from, names.to].map((name) => JSON.stringify(name)).join(',')}}`;
  const ranges = await tx.execute<ExaminedRange>(sql`
    select ${rangeColumns} from ${examinedRanges}
    where ${examinedRanges.labelSet} && ${either}::text[]`);
  const charts = new Set(ranges.map((range) => range.chartId));
  for (const chart of charts) {
    const remove = ranges.filter((range) => range.chartId === chart);
    const own = { ...scope, chartId: chart };
    const rev = revs[chart] ?? 0;
    await writeRanges(tx, own, rev, { create: [], remove });
    // Marked again, so that they join what the person has examined for the labels that are left.
    for (const person of new Set(remove.map(({ createdBy }) => createdBy))) {
      const steps = remove.flatMap(({ createdBy, source, ...range }): Step[] => {
        const labelSet = mergedLabelSet(range.labelSet ?? [], names);
        const isOwn = createdBy === person && labelSet !== null;
        return isOwn ? [{ type: 'mark', bars: [range], source, labelSet }] : [];
      });
      await changeRanges(tx, own, { person, rev }, steps);
    }
  }
}

type RangeChange = { create: ExaminedRange[]; remove: { uid: string }[] };

/** What undoes a merge in the ranges of each chart on which none of them was changed since. */
async function rangesToGiveBack(tx: Tx, logged: SQL): Promise<Map<number, RangeChange>> {
  const lines = await tx.execute<{
    chart: number;
    uid: string;
    before: ExaminedRange | null;
    isThere: boolean;
  }>(sql`
    select chart, uid, before,
      exists (select from ${examinedRanges} where ${examinedRanges.uid} = changed.uid) as "isThere"
    from (${logged}) as changed`);
  const changes = new Map<number, RangeChange>();
  for (const { chart, uid, before } of lines) {
    const change = changes.get(chart) ?? { create: [], remove: [] };
    if (before) change.create.push(before);
    else change.remove.push({ uid });
    changes.set(chart, change);
  }
  const changed = lines.filter(({ before, isThere }) => isThere === (before !== null));
  for (const { chart } of changed) changes.delete(chart);
  return changes;
}

/** A run that has not begun learns the merged label. */
async function mergeInQueue(tx: Tx, { from, to }: Names) {
  const labels = sql`${trainingRuns.params} -> 'labels'`;
  await tx.execute(sql`
    update ${trainingRuns} set params = jsonb_set(params, '{labels}', (
      select jsonb_agg(distinct case when label = ${from} then ${to} else label end)
      from jsonb_array_elements_text(${labels}) as label
    ))
    where status = 'queued' and jsonb_typeof(${labels}) = 'array' and ${labels} ? ${from}`);
}
