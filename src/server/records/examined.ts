import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { ExaminedChange, ExaminedRange, ExaminedSource } from '@/contract/examined';
import type { Bars, Neighbours } from '@/contract/overlaps';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { candles, charts, examinedRanges, revisions } from '@/lib/db/schema';
import { anyOf, asText, wireColumns, wireRow } from '@/lib/db/wire';
import { toPgTimestamp } from '@/lib/time';
import { type ChartScope, ofChart } from '../scope';
import { type LoggedRows, loggedRange } from './entity';
import { cutBars, type Examined, edgesOf, markBars } from './examined-rules';
import { lockChart, notifyCharts } from './lock';

const KEYS = [
  'id',
  'uid',
  'chartId',
  'startTime',
  'endTime',
  'labelSet',
  'source',
  'rev',
  'createdAt',
  'createdBy',
];
/** A range as the browser knows it, for a select list; and as jsonb, as the log has it. */
export const rangeColumns = asText(wireColumns(examinedRanges, KEYS));
const rangeRow = asText(wireRow(examinedRanges, KEYS));

/** As the log knows these rows. */
export const examinedLog: LoggedRows = {
  name: 'examined_range',
  table: examinedRanges,
  row: rangeRow,
  orderKey: 'startTime',
  order: examinedRanges.startTime,
  overlapping: (scope, { from, to }) => sql`${ofChart(scope, examinedRanges.chartId)}
    and start_time <= ${timestamp(to)} and end_time >= ${timestamp(from)}`,
  loggedOverlapping: loggedRange,
};

type LabelSet = string[] | null;
/** What is said of bars: that they were examined, or no longer, by ranges of one set or of any. */
export type Step = { bars: readonly Bars[] } & (
  | { type: 'mark'; source: ExaminedSource; labelSet: LabelSet }
  | { type: 'cut'; sources?: ExaminedSource[]; labelSet?: LabelSet | undefined }
);

/** Whose ranges change; without a rev that was allocated already, under the chart's next. */
export type Change = { person: string; rev?: number };

/**
 * Changes what one person has examined, under the lock of the chart. A row whose bars stay as they
 * are stays; a change that changes nothing allocates no rev.
 */
export function examine(
  db: Tx,
  scope: ChartScope,
  { person, ...change }: Change,
  steps: readonly Step[],
): Promise<ExaminedChange> {
  return db.transaction(async (tx) => {
    const current = await lockChart(tx, scope);
    const rev = change.rev ?? current + 1;
    const changed = await changeRanges(tx, scope, { person, rev }, steps);
    return changed ?? { rev: current, created: [], deleted: [] };
  });
}

/** The same on a chart that the caller holds, under a rev that is allocated; null where nothing changes. */
export async function changeRanges(
  tx: Tx,
  scope: ChartScope,
  { person, rev }: Required<Change>,
  steps: readonly Step[],
): Promise<ExaminedChange | null> {
  const { chartId } = scope;
  const before = await tx.execute<ExaminedRange>(sql`
      select ${rangeColumns} from ${examinedRanges}
      where chart_id = ${chartId} and created_by = ${person} order by start_time`);
  const sets = new Map<string, Examined[]>();
  for (const range of before) {
    const key = keyOf(range.labelSet);
    sets.set(key, [...(sets.get(key) ?? []), range]);
  }
  for (const step of steps) await applyStep(tx, chartId, sets, step);
  const after = new Map<string, NewRange>();
  for (const [key, ranges] of sets) {
    const labelSet = JSON.parse(key);
    for (const { startTime, endTime, source } of ranges) {
      const range = { startTime, endTime, source, labelSet, createdBy: person };
      after.set(identity(range), { ...range, uid: randomUUID() });
    }
  }
  const remove = before.filter((range) => !after.delete(identity(range)));
  const create = [...after.values()];
  if (create.length + remove.length === 0) return null;
  return await writeRanges(tx, scope, rev, { create, remove });
}

/** Brings the ranges, by set of labels, to what the step says. */
async function applyStep(tx: Tx, chartId: number, sets: Map<string, Examined[]>, step: Step) {
  if (step.bars.length === 0) return;
  if (step.type === 'mark') {
    const key = keyOf(step.labelSet);
    const ranges = sets.get(key) ?? [];
    const near = await readNeighbours(tx, chartId, [...ranges, ...step.bars]);
    sets.set(key, markBars(ranges, step.bars, step.source, near));
    return;
  }
  const near = await readNeighbours(tx, chartId, step.bars);
  const isCut = ({ source }: Examined) => step.sources?.includes(source) ?? true;
  for (const [key, ranges] of sets) {
    if (step.labelSet !== undefined && keyOf(step.labelSet) !== key) continue;
    const stay = ranges.filter((range) => !isCut(range));
    sets.set(key, [...stay, ...cutBars(ranges.filter(isCut), step.bars, near)]);
  }
}

/** A set of labels as a key, which is its JSON; the order of the names says nothing. */
const keyOf = (labelSet: readonly string[] | null) =>
  JSON.stringify(labelSet && [...new Set(labelSet)].sort());
const identity = ({ startTime, endTime, source, labelSet }: Examined & { labelSet: LabelSet }) =>
  `${startTime} ${endTime} ${source} ${keyOf(labelSet)}`;

/** The candles beside each end of the ranges. */
export async function readNeighbours(
  tx: Tx,
  chartId: number,
  ranges: readonly Bars[],
): Promise<Neighbours> {
  const edges = edgesOf(ranges);
  const beside = (found: SQL) =>
    sql`date_part('epoch', (select ${found} from ${candles} where chart_id = ${chartId}`;
  const rows = await tx.execute<{ before: UtcSeconds | null; after: UtcSeconds | null }>(sql`
    select ${beside(sql`max(time)`)} and time < edge)) as before,
      ${beside(sql`min(time)`)} and time > edge)) as after
    from unnest(${timeList(edges)}::timestamptz[]) with ordinality as edges (edge, place)
    order by place`);
  return new Map(rows.map((row, at) => [edges[at]!, row]));
}

/** The chart's candles from the first to the last in the window; null where it holds none. */
export async function barsIn(tx: Tx, scope: ChartScope, window: Bars): Promise<Bars | null> {
  const [found] = await tx.execute<{ [Key in keyof Bars]: number | null }>(sql`
    select date_part('epoch', min(time)) as "startTime", date_part('epoch', max(time)) as "endTime"
    from ${candles}
    where ${ofChart(scope, candles.chartId)}
      and time between ${timestamp(window.startTime)} and ${timestamp(window.endTime)}`);
  return found?.startTime == null ? null : (found as Bars);
}

type NewRange = Examined & { uid: string; labelSet: LabelSet; createdBy: string };

/** Carries out a change on a chart that the caller holds, in one statement: the rows, the log, the chart's rev, and who listens. */
export async function writeRanges(
  tx: Tx,
  { chartId, actor }: ChartScope,
  rev: number,
  { create, remove }: { create: readonly NewRange[]; remove: readonly { uid: string }[] },
): Promise<ExaminedChange> {
  const lines = create.map(({ startTime, endTime, labelSet, createdBy, ...line }) => ({
    ...line,
    start_time: toPgTimestamp(startTime),
    end_time: toPgTimestamp(endTime),
    label_set: labelSet,
    created_by: createdBy,
  }));
  const changed = tx.execute<{ isCreated: boolean; row: ExaminedRange }>(sql`
    with deleted as (
      delete from ${examinedRanges} where ${anyOf(
        examinedRanges.uid,
        remove.map(({ uid }) => uid),
      )}
      returning ${examinedRanges}.*
    ),
    created as (
      insert into ${examinedRanges}
        (uid, chart_id, rev, created_by, start_time, end_time, source, label_set)
      select uid, ${chartId}, ${rev}, created_by, start_time, end_time, source, label_set
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as r(uid uuid, created_by text,
        start_time timestamptz, end_time timestamptz, source text, label_set text[])
      returning ${examinedRanges}.*
    ),
    changes (uid, op, before, after) as (
      select uid, 'delete', ${rangeRow}, null::jsonb from deleted as ${examinedRanges}
      union all
      select uid, 'create', null::jsonb, ${rangeRow} from created as ${examinedRanges}
    ),
    logged as (
      insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
      select ${chartId}, ${rev}, uid, 'examined_range', op, before, after, ${actor.id},
        statement_timestamp()
      from changes
    ),
    new_rev as (update ${charts} set rev = ${rev} where id = ${chartId})
    select op = 'create' as "isCreated", coalesce(after, before) as row from changes`);
  const [written] = await Promise.all([changed, notifyCharts(tx, [chartId])]);
  const of = (isCreated: boolean) =>
    written
      .filter((line) => line.isCreated === isCreated)
      .map((line) => line.row)
      .sort((a, b) => a.startTime - b.startTime);
  return { rev, created: of(true), deleted: of(false) };
}

/** Renames a label in the sets that ranges were examined for, each under the next rev of its chart. */
export async function renameInRanges(
  tx: Tx,
  { from, to, actorId }: { from: string; to: string; actorId: string },
) {
  const renamed = await tx.execute<{ chart: number }>(sql`
    with old as materialized (
      select id, chart_id, uid, gen_random_uuid() as fresh, ${rangeRow} as row from ${examinedRanges}
      where ${from} = any(label_set)
    ),
    new_rev as (
      update ${charts} set rev = rev + 1 where id in (select chart_id from old)
      returning id as chart, rev as next
    ),
    written as (
      update ${examinedRanges} set uid = fresh, rev = next,
        label_set = array_replace(label_set, ${from}, ${to})
      from old join new_rev on chart = old.chart_id where ${examinedRanges.id} = old.id
      returning chart, next, ${examinedRanges}.*
    ),
    logged as (
    insert into ${revisions} (chart_id, rev, uid, entity, op, before, after, actor, at)
    select chart, next, uid, 'examined_range', 'create', null, ${rangeRow}, ${actorId},
      statement_timestamp()
    from written as ${examinedRanges}
    union all
    select chart, next, uid, 'examined_range', 'delete', row, null, ${actorId}, statement_timestamp()
    from old join new_rev on chart = chart_id
    )
    select chart from new_rev`);
  await notifyCharts(
    tx,
    renamed.map(({ chart }) => chart),
  );
}

export const timestamp = (seconds: UtcSeconds): SQL => sql`${toPgTimestamp(seconds)}::timestamptz`;
const timeList = (all: readonly UtcSeconds[]) =>
  `{${all.map((seconds) => `"${toPgTimestamp(seconds)}"`).join(',')}}`;
