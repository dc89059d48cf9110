import { setTimeout as sleep } from 'node:timers/promises';
import type { ChartEvent } from '@/contract/live';
import { type Db, listenerOf, withLivenessCheck } from '@/lib/db';
import { noSuchChart } from '../scope';
import { readEventsUntil, readState } from './data';

/** A notification that went missing is made up for after this long. */
const POLL_MS = 5_000;
/** Many people's saves in a row are read together. */
const GAP_MS = 50;

export type Follower = {
  actorId: string;
  onEvents(events: ChartEvent[]): void;
  /** Nothing comes any more, since the chart is gone for this actor or the database is. */
  onEnd(error: unknown): void;
};

type Feed = { followers: Set<Follower>; ready: Promise<void>; stop(): void };
const feeds = new WeakMap<Db, Map<number, Feed>>();

/**
 * Hands every event of the chart from now on to the follower. However many follow a chart in this
 * process, each revision is read once. `ready` is settled when nothing after it can be missed.
 */
export function joinFeed(
  db: Db,
  chartId: number,
  follower: Follower,
): { ready: Promise<void>; leave(): void } {
  const ofDb = feeds.get(db) ?? new Map<number, Feed>();
  feeds.set(db, ofDb);
  const forget = () => {
    if (ofDb.get(chartId) === feed) ofDb.delete(chartId);
  };
  const feed = ofDb.get(chartId) ?? openFeed(db, chartId, () => forget());
  ofDb.set(chartId, feed);
  feed.followers.add(follower);
  return {
    ready: feed.ready,
    leave() {
      feed.followers.delete(follower);
      if (feed.followers.size > 0) return;
      forget();
      feed.stop();
    },
  };
}

function openFeed(db: Db, chartId: number, onEnd: () => void): Feed {
  const followers = new Set<Follower>();
  const change = createSignal();
  const unsubscribe = listenerOf(db).subscribe(String(chartId), change.notify);
  let isStopped = false;
  const first = withLivenessCheck(db, readState(db, chartId, []));

  async function run() {
    let known = await first;
    while (!isStopped) {
      const notified = change.wait(POLL_MS);
      const actors = [...new Set([...followers].map(({ actorId }) => actorId))];
      const state = await withLivenessCheck(db, readState(db, chartId, actors));
      const isRead = state.readers.size > 0;
      const events = isRead
        ? await withLivenessCheck(db, readEventsUntil(db, chartId, known, state))
        : [];
      known = state;
      for (const follower of followers) {
        if (state.readers.has(follower.actorId)) follower.onEvents(events);
        else end(follower, noSuchChart(chartId));
      }
      await notified;
      await sleep(GAP_MS);
    }
  }

  function end(follower: Follower, error: unknown) {
    followers.delete(follower);
    follower.onEnd(error);
  }

  run()
    .catch((error) => {
      onEnd();
      for (const follower of followers) end(follower, error);
    })
    .finally(unsubscribe);
  return {
    followers,
    ready: first.then(() => {}),
    stop() {
      isStopped = true;
      change.notify();
    },
  };
}

/** Wakes whoever waits when it is notified, or after `ms`. */
export function createSignal() {
  let notify = () => {};
  return {
    notify: () => notify(),
    wait: (ms?: number) =>
      new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        notify = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
