import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import type { ExaminedRange } from '@/contract/examined';
import type { Tx } from '@/lib/db';
import { examinedRanges, revisions } from '@/lib/db/schema';
import { anyOf } from '@/lib/db/wire';
import { type ChartScope, ofChart } from '../scope';
import { examine, examinedLog, writeRanges } from './examined';

/** As restoreRows, for examined ranges, whose rows come and go but never change. */
export async function restoreExamined(
  tx: Tx,
  scope: ChartScope,
  wanted: { rev: number; uid?: string | undefined },
  next: number,
) {
  const { uid, rev } = revisions;
  const first = await tx
    .selectDistinctOn([uid], { uid, was: revisions.before, made: revisions.after })
    .from(revisions)
    .where(
      and(
        ofChart(scope, revisions.chartId),
        eq(revisions.entity, examinedLog.name),
        gt(rev, wanted.rev),
        lt(rev, next),
        wanted.uid ? eq(uid, wanted.uid) : undefined,
      ),
    )
    .orderBy(asc(uid), asc(rev));
  const lines = first as { uid: string; was: ExaminedRange | null; made: ExaminedRange | null }[];
  if (wanted.uid) {
    // Alone, a range that comes back has to get along with those that are there now.
    const [line] = lines;
    const range = line?.was ?? line?.made;
    if (!line || !range) return { created: 0, updated: 0, deleted: 0 };
    const { source, labelSet, createdBy } = range;
    const { created, deleted } = await examine(tx, scope, { person: createdBy, rev: next }, [
      line.was
        ? { type: 'mark', bars: [range], source, labelSet }
        : { type: 'cut', bars: [range], labelSet },
    ]);
    return { created: created.length, updated: 0, deleted: deleted.length };
  }
  const existing = await findRanges(
    tx,
    scope,
    lines.map((line) => line.uid),
  );
  const create = lines.flatMap(({ uid, was }) => (was && !existing.has(uid) ? was : []));
  const remove = lines.filter(({ uid, was }) => !was && existing.has(uid));
  if (create.length + remove.length > 0) await writeRanges(tx, scope, next, { create, remove });
  return { created: create.length, updated: 0, deleted: remove.length };
}

/** The chart's ranges among `uids`, by uid. */
async function findRanges(tx: Tx, scope: ChartScope, uids: string[]): Promise<Set<string>> {
  const rows = await tx.execute<{ uid: string }>(
    sql`select uid from ${examinedRanges}
      where ${ofChart(scope, examinedRanges.chartId)} and ${anyOf(examinedRanges.uid, uids)}`,
  );
  return new Set(rows.map(({ uid }) => uid));
}
