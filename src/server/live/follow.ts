import { setTimeout as sleep } from 'node:timers/promises';
import { tracked } from '@trpc/server';
import type { z } from 'zod';
import { assertNever } from '@/contract/assert-never';
import type { ChartEvent, followChartsInput, followInput } from '@/contract/live';
import { type Db, withLivenessCheck } from '@/lib/db';
import { AppError } from '../errors';
import { type ChartScope, requireChart, type Scope } from '../scope';
import { type Known, readEvents } from './data';
import { createSignal, joinFeed } from './feed';
import { mergeChanges } from './merge-changes';
import { takeStream } from './streams';

/** Events that a slow reader may be behind by; after that it is told to read all again. */
const MAX_INBOX = 1_000;
/** On a busy chart people need not see each revision: those of this time come as one event. */
const MERGED_MS = 250;

/** Where the stream goes, until it is aborted. */
type From = { signal: AbortSignal | undefined; address: string | undefined };
type Followed = Known & { chartId: number; isGone?: boolean };
type Arrived = { chartId: number; event: ChartEvent | null };

/**
 * Tells every revision of a chart after the one that is known, each once and in order, and every
 * change of its candles, until aborted.
 */
export async function* followChart(
  db: Db,
  { chartId, ...scope }: ChartScope,
  { since, dataRev, lastEventId }: Omit<z.output<typeof followInput>, 'chartId'>,
  from: From,
) {
  const rev = lastEventId === undefined ? since : Number(lastEventId);
  for await (const { event } of follow(db, scope, [{ chartId, rev, dataRev }], from)) {
    // Says why, as for any other call.
    if (!event) await requireChart(db, { ...scope, chartId });
    else yield tracked(String(event.rev), event);
  }
}

/**
 * As `followChart`, for several charts over one stream, revisions that follow each other soon as one
 * event. A chart that is not there does not end it.
 */
export async function* followCharts(
  db: Db,
  scope: Scope,
  { charts, lastEventId }: z.output<typeof followChartsInput>,
  from: From,
) {
  const last = revsOf(lastEventId);
  const known = charts.map(({ chartId, since, dataRev }) => ({
    ...{ chartId, dataRev },
    rev: last.get(chartId) ?? since,
  }));
  for await (const arrived of follow(db, scope, known, from, MERGED_MS)) {
    yield tracked(known.map(({ chartId, rev }) => `${chartId}:${rev}`).join(','), arrived);
  }
}

/** Of an id as `followCharts` gives it: the revision of each chart. */
function revsOf(eventId: string | undefined): Map<number, number> {
  const pairs = eventId?.split(',').map((pair) => pair.split(':').map(Number)) ?? [];
  return new Map(pairs.map(([chartId = 0, rev = 0]) => [chartId, rev]));
}

/** Keeps what is `known` of each chart up to date with what it has told. */
async function* follow(
  db: Db,
  scope: Scope,
  known: Followed[],
  { signal, address }: From,
  mergedMs?: number,
): AsyncGenerator<Arrived, void> {
  const release = takeStream({ actorId: scope.actor.id, address });
  const arrival = createSignal();
  signal?.addEventListener('abort', arrival.notify);
  let inbox: Arrived[] = [];
  let failure: { error: unknown } | undefined;
  const joined = known.map(({ chartId }) =>
    joinFeed(db, chartId, {
      actorId: scope.actor.id,
      onEvents(events) {
        inbox.push(...events.map((event) => ({ chartId, event })));
        if (inbox.length > MAX_INBOX) inbox = collapse(inbox);
        arrival.notify();
      },
      onEnd(error) {
        if (error instanceof AppError) inbox.push({ chartId, event: null });
        else failure = { error };
        arrival.notify();
      },
    }),
  );
  try {
    for (const [i, chart] of known.entries()) {
      await joined[i]?.ready;
      yield* news(chart, await catchUp(db, scope, chart));
    }
    while (!signal?.aborted) {
      const arrived = arrival.wait();
      if (failure) throw failure.error;
      const taken = inbox;
      inbox = [];
      for (const chart of taken.length > 0 ? known : []) {
        const events = taken.flatMap((one) => (one.chartId === chart.chartId ? [one.event] : []));
        yield* news(
          chart,
          mergedMs ? merge(events.filter((event) => !isTold(chart, event))) : events,
        );
      }
      await arrived;
      if (mergedMs) await sleep(mergedMs);
    }
  } finally {
    for (const { leave } of joined) leave();
    signal?.removeEventListener('abort', arrival.notify);
    arrival.notify();
    release();
  }
}

/** The end of a chart stays the end. */
function merge(events: (ChartEvent | null)[]): (ChartEvent | null)[] {
  const told = mergeChanges(events.filter((event) => event !== null));
  return events.includes(null) ? [...told, null] : told;
}

/** What has happened to the chart by now, read for this one follower. */
async function catchUp(db: Db, scope: Scope, chart: Followed): Promise<(ChartEvent | null)[]> {
  const { chartId } = chart;
  const events = readEvents(db, { ...scope, chartId }, chart);
  return await withLivenessCheck(db, events).catch((error) => {
    if (error instanceof AppError) return [null];
    throw error;
  });
}

/** Those of the events that say something new, which is known from then on. */
function* news(chart: Followed, events: (ChartEvent | null)[]): Generator<Arrived> {
  const { chartId } = chart;
  for (const event of events) {
    if (chart.isGone) return;
    if (event === null) {
      chart.isGone = true;
      yield { chartId, event };
    } else if (isNew(chart, event)) {
      // What the feed read with the candles may be older than what was read for this follower.
      const rev = event.type === 'resync' ? event.rev : Math.max(event.rev, chart.rev);
      chart.rev = rev;
      if (event.type === 'candles') chart.dataRev = event.dataRev;
      yield { chartId, event: { ...event, rev } };
    }
  }
}

/** What was caught up with may be in the feed as well, and must not come again with what is merged with it. */
const isTold = ({ rev }: Known, event: ChartEvent | null) =>
  event?.type === 'changes' && event.rev <= rev;

function isNew(known: Known, event: ChartEvent): boolean {
  switch (event.type) {
    case 'changes':
      return event.rev > known.rev;
    case 'resync':
      return event.rev !== known.rev;
    case 'candles':
      return known.dataRev !== undefined && event.dataRev !== known.dataRev;
    default:
      return assertNever(event);
  }
}

/** Of each chart that it has become too much to tell, and which candles it has now. */
function collapse(inbox: Arrived[]): Arrived[] {
  return [...new Set(inbox.map(({ chartId }) => chartId))].flatMap((chartId): Arrived[] => {
    const events = inbox.filter((one) => one.chartId === chartId).map(({ event }) => event);
    const last = events.at(-1) ?? null;
    if (!last) return [{ chartId, event: null }];
    const candles = events.findLast((event) => event?.type === 'candles');
    const resync = { type: 'resync' as const, rev: last.rev };
    const left: ChartEvent[] = candles ? [resync, candles] : [resync];
    return left.map((event) => ({ chartId, event }));
  });
}
