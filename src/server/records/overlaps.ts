import { type SQL, sql } from 'drizzle-orm';
import { type Bars, freePart, shareCandles } from '@/contract/overlaps';
import { type LabelGroup, NEGATIVE_LABEL, type SpanFields } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { spanAnnotations, spanLabelGroups, spanLabelTypes } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { refusedRows } from '../errors';
import type { ChartScope } from '../scope';
import type { Diff } from './diff';
import { readNeighbours, timestamp } from './examined';
import { overlapRefusal, type Pair, partsWithin } from './overlap-rules';

/*
 * What groups of labels say of spans of one person that share candles. Whoever writes holds the chart, so
 * that of two saves at once the second sees what the first has stored.
 */

type Line = SpanFields & { uid: string };
type Stored = SpanFields & { createdBy: string | null };

/** Those of the labels whose groups do not allow every overlap, each with its group. */
export async function boundLabels(
  tx: Tx,
  labels: readonly string[],
): Promise<Map<string, LabelGroup>> {
  const wanted = [...new Set(labels)].filter((label) => label !== NEGATIVE_LABEL);
  const found = await tx.execute<{ label: string; group: LabelGroup }>(sql`
    select types.name as label, jsonb_build_object('name', groups.name, 'overlap', overlap) as "group"
    from ${spanLabelTypes} as types
    join ${spanLabelGroups} as groups on groups.name = types.group_name
    where groups.overlap <> 'allow' and types.name = any(${sql.param(wanted)}::text[])`);
  return new Map(found.map(({ label, group }) => [label, group]));
}

/** Throws where a span that `where` picks, as `w`, shares candles with another one that it may not. */
export async function refuseOverlaps(tx: Tx, where: SQL): Promise<void> {
  const [found] = await tx.execute<Overlap>(sql`
    ${overlapsOf(where)} order by w.start_time limit 1`);
  if (!found) return;
  // Of several that are in each other's way alone, the others may be there once the first is not.
  const there = await tx.execute<Overlap>(sql`
    select distinct on (uid) * from (
      ${overlapsOf(where)} and o.uid not in (select w.uid from ${spanAnnotations} as w where ${where})
    ) as found order by uid`);
  const refused = (there.length > 0 ? [...there] : [found]).map((pair) => ({
    uid: pair.uid,
    reason: overlapRefusal(pair),
  }));
  throw refusedRows('CONFLICT', refused);
}

type Overlap = Pair & { uid: string };

/** Spans that `where` picks, as `w`, each with those that it may not share candles with, as `o`. */
function overlapsOf(where: SQL): SQL {
  const longest = sql`(select max(end_time - start_time) from ${spanAnnotations}
    where chart_id = w.chart_id)`;
  return sql`
    select w.uid, groups.name as "group", wt.display_name as label, ot.display_name as "otherLabel",
      o.id as other, date_part('epoch', w.start_time) as "startTime",
      date_part('epoch', w.end_time) as "endTime", date_part('epoch', o.start_time) as "otherStart",
      date_part('epoch', o.end_time) as "otherEnd"
    from ${spanAnnotations} as w
    join ${spanLabelTypes} as wt on wt.name = w.label
    join ${spanLabelGroups} as groups on groups.name = wt.group_name and groups.overlap <> 'allow'
    join ${spanAnnotations} as o on o.chart_id = w.chart_id and o.uid <> w.uid
      and o.created_by is not distinct from w.created_by
      and o.start_time <= w.end_time and o.end_time >= w.start_time
      and o.start_time >= case when ${longest} > interval '4000 years' then '-infinity'
        else w.start_time - ${longest} end
    join ${spanLabelTypes} as ot on ot.name = o.label and ot.group_name = groups.name
    where ${where}`;
}

/** What of a write has to get along with others: what is new, or has another range or label. */
export const refuseOverlapsOf = (
  tx: Tx,
  changes: readonly { before: SpanFields | null; fields: Line }[],
): Promise<void> => {
  const uids = changes.flatMap(({ before, fields }) =>
    isPlacedAs(before, fields) ? [] : fields.uid,
  );
  return refuseOverlaps(tx, sql`w.uid = any(${`{${uids.join(',')}}`}::uuid[])`);
};

function isPlacedAs(before: SpanFields | null | undefined, fields: SpanFields): boolean {
  return (
    before?.label === fields.label &&
    before.startTime === fields.startTime &&
    before.endTime === fields.endTime
  );
}

/**
 * Cuts the spans of a diff to the longest stretch of candles that no other span of their group and author
 * has, one after the other, as a retry cuts them again. Throws where nothing of one is free.
 */
export async function trimDiff(
  tx: Tx,
  { chartId, actor }: ChartScope,
  diff: Diff<SpanFields>,
  rows: ReadonlyMap<string, Stored>,
  bound: ReadonlyMap<string, LabelGroup>,
): Promise<Diff<SpanFields>> {
  const groups = new Map(
    [...bound].flatMap(([label, { name, overlap }]) => (overlap === 'trim' ? [[label, name]] : [])),
  );
  if (groups.size === 0) return diff;
  const inDiff = [...diff.created, ...diff.updated, ...diff.deleted].map(({ uid }) => uid);
  const authorOf = (uid: string) => {
    const row = rows.get(uid);
    return row ? row.createdBy : actor.id;
  };
  const placed: (Bars & { key: string })[] = [];
  const keyOf = ({ uid, label }: Line) => JSON.stringify([groups.get(label), authorOf(uid)]);
  const place = <L extends Line>(line: L): L => {
    if (groups.has(line.label)) placed.push({ ...line, key: keyOf(line) });
    return line;
  };

  async function cutToFree<L extends Line>(line: L): Promise<L> {
    const group = groups.get(line.label);
    if (group === undefined) return line;
    const stored = await tx.execute<Bars>(sql`
      select date_part('epoch', start_time) as "startTime", date_part('epoch', end_time) as "endTime"
      from ${spanAnnotations} join ${spanLabelTypes} as types on types.name = label
      where chart_id = ${chartId} and created_by is not distinct from ${authorOf(line.uid)}
        and types.group_name = ${group} and start_time <= ${timestamp(line.endTime)}
        and end_time >= ${timestamp(line.startTime)} and not ${anyOf(spanAnnotations.uid, inDiff)}`);
    const own = placed.filter(({ key }) => key === keyOf(line));
    const others = [...stored, ...own].filter((other) => shareCandles(line, other));
    if (others.length === 0) return line;
    const longest = freePart(line, others, await readNeighbours(tx, chartId, others));
    // What is not free at all is refused once it is written, by the name of the other one.
    return longest ? { ...line, ...longest } : line;
  }

  const fitted = new Map<string, Bars>();
  const isKept = new Set(
    diff.updated.filter((line) => isPlacedAs(rows.get(line.uid), line)).map(({ uid }) => uid),
  );
  for (const line of diff.updated) if (isKept.has(line.uid)) place(line);
  for (const line of [...diff.updated, ...diff.created]) {
    if (isKept.has(line.uid)) continue;
    const { startTime, endTime } = place(await cutToFree(line));
    fitted.set(line.uid, { startTime, endTime });
  }
  const cut = <L extends Line>(line: L): L => {
    const bars = fitted.get(line.uid);
    return bars ? { ...line, ...bars, subSpans: partsWithin(line.subSpans, bars) } : line;
  };
  return { ...diff, created: diff.created.map(cut), updated: diff.updated.map(cut) };
}
