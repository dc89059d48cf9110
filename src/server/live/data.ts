import { and, asc, gt, lte } from 'drizzle-orm';
import type { Annotation } from '@/contract/annotations';
import type { ExaminedRange } from '@/contract/examined';
import { type ChartChanges, type ChartEvent, MAX_BEHIND } from '@/contract/live';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { charts, revisions } from '@/lib/db/schema';
import { type ChartScope, noSuchChart, ofChart } from '../scope';

/** What the caller knows of the chart; candles are not looked at without a `dataRev`. */
export type Known = { rev: number; dataRev?: number | undefined };

/** What has happened to the chart since what is known, in the order of `rev`. */
export async function readEvents(db: Tx, scope: ChartScope, known: Known): Promise<ChartEvent[]> {
  const [chart] = await db
    .select({ rev: charts.rev, dataRev: charts.dataRev })
    .from(charts)
    .where(ofChart(scope, charts.id));
  if (!chart) throw noSuchChart(scope.chartId);
  const events =
    chart.rev === known.rev ? [] : await readRevisions(db, scope, known.rev, chart.rev);
  if (known.dataRev !== undefined && known.dataRev !== chart.dataRev) {
    events.push({ type: 'candles', ...chart });
  }
  return events;
}

/** One event a revision, or `resync`. */
async function readRevisions(
  db: Tx,
  scope: ChartScope,
  since: number,
  until: number,
): Promise<ChartEvent[]> {
  const rows = await db
    .select({
      rev: revisions.rev,
      uid: revisions.uid,
      entity: revisions.entity,
      after: revisions.after,
    })
    .from(revisions)
    .where(
      and(ofChart(scope, revisions.chartId), gt(revisions.rev, since), lte(revisions.rev, until)),
    )
    .orderBy(asc(revisions.rev), asc(revisions.uid))
    .limit(MAX_BEHIND + 1);
  const events = new Map<number, ChartChanges>();
  for (const { rev, uid, entity, after } of rows) {
    const event: ChartChanges = events.get(rev) ?? {
      type: 'changes',
      rev,
      spans: [],
      annotations: [],
      examined: [],
      deleted: [],
    };
    events.set(rev, event);
    if (after === null) event.deleted.push(uid);
    else if (entity === 'span') event.spans.push(after as Span);
    else if (entity === 'examined_range') event.examined.push(after as ExaminedRange);
    else event.annotations.push(after as Annotation);
  }
  // Revs are dense: where some are missing, the history does not reach back that far.
  const isWhole = rows.length <= MAX_BEHIND && events.size === until - since;
  return isWhole ? [...events.values()] : [{ type: 'resync', rev: until }];
}
