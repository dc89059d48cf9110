import { randomUUID } from 'node:crypto';
import { and, asc, eq, gt, lte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Annotation } from '@/contract/annotations';
import type { ExaminedRange } from '@/contract/examined';
import { type ChartChanges, type ChartEvent, MAX_BEHIND } from '@/contract/live';
import type { Span } from '@/contract/spans';
import { type Db, listenerOf, type Tx } from '@/lib/db';
import { chartMembers, charts, revisions } from '@/lib/db/schema';
import { getServiceState } from '../model-service/data';
import { rolesThat } from '../permissions';
import { type ChartScope, noSuchChart } from '../scope';

/** What the caller knows of the chart; candles are not looked at without a `dataRev`. */
export type Known = { rev: number; dataRev?: number | undefined };
/** Where the chart is now, and which of the actors that were asked about may read it. */
export type State = { rev: number; dataRev: number; readers: Set<string> };

/** Nobody may read a chart that is not there. */
export async function readState(db: Tx, chartId: number, actorIds: string[]): Promise<State> {
  const [chart] = await db
    .select({
      rev: charts.rev,
      dataRev: charts.dataRev,
      readers: sql<string[]>`array(
        select ${chartMembers.userId} from ${chartMembers}
        where ${chartMembers.chartId} = ${chartId}
          and ${chartMembers.userId} in (
            select jsonb_array_elements_text(${JSON.stringify(actorIds)}::jsonb))
          and ${chartMembers.role} = any(${`{${rolesThat('read').join(',')}}`}::text[]))`,
    })
    .from(charts)
    .where(eq(charts.id, chartId));
  return chart
    ? { ...chart, readers: new Set(chart.readers) }
    : { rev: 0, dataRev: 0, readers: new Set() };
}

/** What has happened to the scope's chart since what is known, in the order of `rev`. */
export async function readEvents(
  db: Tx,
  { actor, chartId }: ChartScope,
  known: Known,
): Promise<ChartEvent[]> {
  const state = await readState(db, chartId, [actor.id]);
  if (!state.readers.has(actor.id)) throw noSuchChart(chartId);
  return await readEventsUntil(db, chartId, known, state);
}

/** What has happened to the chart between what is known and its state. Whoever gets it may read it. */
export async function readEventsUntil(
  db: Tx,
  chartId: number,
  known: Known,
  { rev, dataRev }: State,
): Promise<ChartEvent[]> {
  const events = rev === known.rev ? [] : await readRevisions(db, chartId, known.rev, rev);
  if (known.dataRev !== undefined && known.dataRev !== dataRev) {
    events.push({ type: 'candles', rev, dataRev });
  }
  return events;
}

/** One event a revision, or `resync`. */
async function readRevisions(
  db: Tx,
  chartId: number,
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
    .where(and(eq(revisions.chartId, chartId), gt(revisions.rev, since), lte(revisions.rev, until)))
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

/** A chart that is looked at for the first time has to be read; people do not wait for longer. */
const WITHIN_MS = 10_000;

type OrProblem = { problem: string | null };
type Asked<Schema> = {
  /** Of the model service; it answers to the topic that comes along. */
  channel: 'live_searches' | 'label_next';
  question: object;
  answer: Schema;
  signal: AbortSignal | undefined;
};

/**
 * Asks the model service by NOTIFY and hears its answer in the same way: nothing is stored, no queue is
 * waited in. The answer is a problem where no service is there or it says nothing in time.
 */
export async function askService<Schema extends z.ZodType<OrProblem>>(
  db: Db,
  { channel, question, answer, signal }: Asked<Schema>,
): Promise<z.output<Schema> | { problem: string }> {
  if (!(await getServiceState(db)).connected) return { problem: 'No model service is connected.' };
  const topic = `answer:${randomUUID()}`;
  const payload = JSON.stringify({ ...question, topic });
  const ask = () => db.execute(sql`select pg_notify(${channel}, ${payload})`);
  const late = AbortSignal.timeout(WITHIN_MS);
  const ended = signal ? AbortSignal.any([late, signal]) : late;
  let leave = () => {};
  try {
    const told = await new Promise<string | null>((resolve, reject) => {
      ended.addEventListener('abort', () => resolve(null), { once: true });
      leave = listenerOf(db).subscribe(topic, (message) => {
        // Once it listens anew, an answer may have been missed.
        if (message === '') ask().catch(reject);
        else resolve(message);
      });
      ask().catch(reject);
    });
    if (told === null) return { problem: 'The model service has not answered in ten seconds.' };
    return answer.parse(JSON.parse(told));
  } finally {
    leave();
  }
}
