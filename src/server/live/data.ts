import { and, asc, eq, gt, lte } from 'drizzle-orm';
import type { Annotation } from '@/contract/annotations';
import { type ChartChanges, type ChartEvent, MAX_BEHIND } from '@/contract/live';
import type { Span } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { charts, revisions } from '@/lib/db/schema';
import { noSuchChart } from '../charts/data';

/** What has happened to the chart since a revision, in order: one event a revision, or `resync`. */
export async function readEvents(db: Tx, chartId: number, since: number): Promise<ChartEvent[]> {
  const [chart] = await db.select({ rev: charts.rev }).from(charts).where(eq(charts.id, chartId));
  if (!chart) throw noSuchChart(chartId);
  if (chart.rev === since) return [];
  const rows = await db
    .select({
      rev: revisions.rev,
      uid: revisions.uid,
      entity: revisions.entity,
      after: revisions.after,
    })
    .from(revisions)
    .where(
      and(eq(revisions.chartId, chartId), gt(revisions.rev, since), lte(revisions.rev, chart.rev)),
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
      deleted: [],
    };
    events.set(rev, event);
    if (after === null) event.deleted.push(uid);
    else if (entity === 'span') event.spans.push(after as Span);
    else event.annotations.push(after as Annotation);
  }
  // Revs are dense: where some are missing, the history does not reach back that far.
  const isWhole = rows.length <= MAX_BEHIND && events.size === chart.rev - since;
  return isWhole ? [...events.values()] : [{ type: 'resync', rev: chart.rev }];
}
