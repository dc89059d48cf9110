import { assertNever } from '@/contract/assert-never';
import type { Refusal } from '@/contract/errors';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import { takeBatch } from './batch';
import { dueChanges, isPending, type SyncEvent, type SyncState, type SyncStep } from './state';
import { Transition } from './transition';
import type { Base, Failure, Saved, Unsaved } from './types';

/** One step of the synchronisation. Pure: the same state and event give the same step. */
export function step(state: SyncState, event: SyncEvent): SyncStep {
  const next = new Transition(state);
  take(next, event);
  sendOrRest(next, event);
  return next.finish();
}

const isBusy = ({ link }: SyncState) => link === 'sending' || link === 'late';

/** Whether an answer is that of the request under way, and not of one that was given up. */
const isAwaited = (state: SyncState, request: number) => isBusy(state) && request === state.request;

function take(next: Transition, event: SyncEvent) {
  const { state } = next;
  switch (event.type) {
    case 'restored':
      for (const unsaved of event.unsaved) restore(next, unsaved);
      return next.assign({ restored: true });
    case 'loaded':
      return load(next, event.rows);
    case 'stale':
      // What is read from now on knows of all that was put off until now, and of what has become of it since.
      return next.assign({ loaded: false, deferred: new Map() });
    case 'predictions':
      return showPredictions(next, event.records);
    case 'changed':
      for (const { uid, record } of event.changes) {
        const isNeverSaved = record && definitionOf(record.kind).storage.entity === 'none';
        if (!isNeverSaved) next.move(uid, 'edit', { mine: record, refusal: null });
      }
      return;
    case 'drafted':
      next.put('drafts', event.uid, event.draft);
      return event.draft ? undefined : next.catchUp(event.uid);
    case 'received':
      for (const received of event.received) next.acceptRemote(received);
      return;
    case 'timer':
      return elapse(next);
    case 'stored':
      return isAwaited(state, event.request) ? store(next, event.saved) : undefined;
    case 'failed':
      return isAwaited(state, event.request) ? fail(next, event.failure) : undefined;
    case 'resolved':
      return resolve(next, event.uid, event.choice);
    case 'discarded':
      return discard(next);
    case 'retried':
      if (state.link === 'late') giveUp(next);
      next.assign({ problem: null });
      retryRefused(next);
      return next.link('retry');
    default:
      return assertNever(event);
  }
}

/** After each event: something to send is sent soon, and with nothing to send there is no problem. */
function sendOrRest(next: Transition, { type }: SyncEvent) {
  if (isBusy(next.state)) return;
  if (dueChanges(next.state).length === 0) {
    next.assign({ problem: null, failures: 0 });
    next.link('empty');
  } else if (next.state.link === 'idle' || type === 'changed' || type === 'resolved') {
    next.link('change');
  }
}

function restore(next: Transition, { uid, mine, base, deleted, attempts }: Unsaved) {
  // What has been changed since on this page is newer.
  if (next.state.unsaved.has(uid)) return;
  const stored = next.state.base.get(uid);
  // The base is what the change was made from: if the row moved on, the server says so.
  next.put('base', uid, base);
  next.put('deleted', uid, deleted);
  next.move(uid, 'edit', { mine, attempts });
  if (next.state.unsaved.has(uid)) next.show(uid, mine);
  if (stored) next.acceptRemote({ uid, ...stored });
}

function load(next: Transition, rows: Base[]) {
  const { state } = next;
  const found = new Set(rows.map(({ record }) => record.uid));
  for (const [uid, { record, rev }] of [...state.base]) {
    if (found.has(uid) || record.kind === 'prediction') continue;
    if (!isPending(state, uid)) {
      next.put('base', uid, null);
      next.show(uid, null);
    } else if (!state.deferred.has(uid)) {
      // Others deleted it, at some rev after this one.
      next.put('deferred', uid, { uid, record: null, rev: rev + 1 });
    }
  }
  // What is to be made again was begun from its deletion.
  for (const uid of state.deleted.keys())
    if (!isPending(state, uid)) next.put('deleted', uid, null);
  next.assign({ loaded: true });
  for (const { record, rev } of rows) {
    const { uid } = record;
    if (isPending(next.state, uid)) next.acceptRemote({ uid, record, rev });
    else {
      next.put('base', uid, { record, rev });
      next.show(uid, record);
    }
  }
  for (const received of [...next.state.deferred.values()]) next.acceptRemote(received);
}

/** Predictions come and go with their run; what a person said of one that is unsaved stays. */
function showPredictions(next: Transition, records: EditorRecord[]) {
  const wanted = new Set(records.map(({ uid }) => uid));
  for (const [uid, { record }] of [...next.state.base]) {
    if (record.kind !== 'prediction' || wanted.has(uid) || isPending(next.state, uid)) continue;
    next.put('base', uid, null);
    next.show(uid, null);
  }
  for (const record of records) {
    if (isOutdated(next.state, record)) continue;
    next.put('base', record.uid, { record, rev: 0 });
    if (!isPending(next.state, record.uid)) next.show(record.uid, record);
  }
}

/** It was read before an answer, or the taking back of one, that has been stored since. */
function isOutdated({ base, deleted }: SyncState, record: EditorRecord): boolean {
  const known = base.get(record.uid)?.record;
  if (record.kind !== 'prediction' || known?.kind !== 'prediction') return false;
  const isAnswered = known.spanUid !== null && base.has(known.spanUid);
  return record.spanUid === null ? isAnswered : !isAnswered && deleted.has(record.spanUid);
}

function elapse(next: Transition) {
  switch (next.state.link) {
    case 'idle':
    case 'refused':
      return;
    case 'sending':
      return next.link('timer');
    case 'late':
      giveUp(next);
      return lose(next, 'timer', 'The server does not answer.');
    case 'due':
    case 'waiting':
      return send(next);
    default:
      return assertNever(next.state.link);
  }
}

function send(next: Transition) {
  const taken = takeBatch(dueChanges(next.state));
  if (!taken) return;
  const request = next.state.request + 1;
  for (const uid of taken.uids) {
    const entry = next.state.unsaved.get(uid);
    if (entry) next.attempt(uid, entry);
  }
  next.assign({ request });
  next.request({ type: 'send', request, batch: taken.batch });
  next.link('timer');
}

function store(next: Transition, { rev, rows, deleted }: Saved) {
  next.assign({ problem: null, failures: 0 });
  next.link('stored');
  for (const [uid, { attempts }] of sent(next)) {
    const sentLast = attempts.at(-1);
    // The answer to a review has the spans; what it says of the prediction is what was sent.
    if (sentLast?.kind === 'prediction') next.acknowledge(uid, sentLast, 0);
  }
  for (const { record, rev: rowRev } of rows) next.acknowledge(record.uid, record, rowRev);
  for (const uid of deleted) next.acknowledge(uid, null, rev);
  // Whatever the answer left out is sent again.
  for (const [uid] of sent(next)) next.move(uid, 'fail');
  // What was in the way of a record may be gone now.
  retryRefused(next);
}

/** Gives up what was refused, by itself or with all that was sent. */
function discard(next: Transition) {
  const isWhole = next.state.link === 'refused';
  for (const [uid, { status, refusal }] of next.state.unsaved) {
    if (refusal === null && !(isWhole && status === 'changed')) continue;
    if (status === 'refused' || status === 'changed') next.move(uid, 'discard');
    else if (status === 'sent' || status === 'sent-changed') {
      // It is just being tried once more, and may be stored: going back is a change.
      const mine = next.state.base.get(uid)?.record ?? null;
      next.move(uid, 'edit', { mine, refusal: null });
      next.show(uid, mine, 'discarded');
    }
  }
}

function retryRefused(next: Transition) {
  for (const [uid, { status }] of next.state.unsaved) {
    if (status === 'refused') next.move(uid, 'retry');
  }
}

function fail(next: Transition, failure: Failure) {
  switch (failure.type) {
    case 'passing':
      for (const [uid] of sent(next)) next.move(uid, 'fail');
      return lose(next, 'lost', failure.message);
    case 'refused': {
      const refused = refusedOf(next, failure.records ?? []);
      for (const [uid, reason] of refused) {
        // What it has become since is tried by itself.
        const isAsSent = next.state.unsaved.get(uid)?.status === 'sent';
        next.move(uid, 'refuse', isAsSent ? { refusal: reason } : {});
      }
      for (const [uid] of sent(next)) next.move(uid, 'fail');
      if (refused.size === 0) {
        next.assign({ problem: { message: failure.message, final: true } });
        return next.link('refused');
      }
      next.assign({ problem: null, failures: 0 });
      return next.link('parted');
    }
    case 'conflict': {
      next.assign({ problem: null, failures: 0 });
      const inFlight = new Map(sent(next));
      for (const { uid, current, rev } of failure.conflicts) {
        if (!inFlight.has(uid)) blockReviews(next, uid, current);
        next.conflict(uid, current, rev);
      }
      for (const [uid] of sent(next)) next.move(uid, 'fail');
      return next.link('parted');
    }
    default:
      return assertNever(failure);
  }
}

/** What of the request under way cannot be stored, with the answers to predictions and the spans that rest on it. */
function refusedOf(next: Transition, records: readonly Refusal[]): Map<string, string> {
  const inFlight = new Map(sent(next));
  const refused = new Map<string, string>();
  for (const { uid, reason } of records) if (inFlight.has(uid)) refused.set(uid, reason);
  const named = new Map(records.map(({ uid, reason }) => [uid, reason]));
  for (const [uid, { mine }] of inFlight) {
    for (const record of [mine, next.state.base.get(uid)?.record]) {
      if (record?.kind !== 'prediction' || record.spanUid === null) continue;
      const reason = named.get(uid) ?? named.get(record.spanUid);
      if (reason === undefined) continue;
      refused.set(uid, reason);
      if (inFlight.has(record.spanUid)) refused.set(record.spanUid, reason);
    }
  }
  return refused;
}

function lose(next: Transition, event: 'lost' | 'timer', message: string) {
  next.assign({ failures: next.state.failures + 1, problem: { message, final: false } });
  next.link(event);
}

/** The request under way is given up: nobody knows whether it is stored. */
function giveUp(next: Transition) {
  next.request({ type: 'abort' });
  next.assign({ request: next.state.request + 1 });
  for (const [uid] of sent(next)) next.move(uid, 'fail');
}

const sent = ({ state }: Transition) =>
  [...state.unsaved].filter(([, { status }]) => status === 'sent' || status === 'sent-changed');

/** Somebody else's review, which made the span `uid`, is in the way of one that was sent. */
function blockReviews(next: Transition, uid: string, current: Base | null) {
  const theirs = current?.record.kind === 'span' ? current.record.modelPrediction : null;
  const reviews = sent(next).flatMap(([, { mine }]) => (mine?.kind === 'prediction' ? mine : []));
  const same = reviews.filter(({ id }) => id === theirs?.predictionId);
  for (const review of same.length > 0 ? same : reviews) {
    next.move(review.uid, 'block', { blockedBy: uid });
    const { spanUid } = review;
    if (spanUid && next.state.unsaved.has(spanUid)) next.move(spanUid, 'block', { blockedBy: uid });
  }
}

function resolve(next: Transition, uid: string, choice: 'mine' | 'theirs') {
  const entry = next.state.unsaved.get(uid);
  if (entry?.status !== 'conflict' || !entry.theirs) return;
  const { record, rev } = entry.theirs;
  const happening = choice === 'mine' ? 'keep-mine' : 'take-theirs';
  next.rebase(uid, record, rev);
  next.move(uid, happening, { attempts: [] });
  for (const [other, { status, blockedBy }] of next.state.unsaved) {
    if (status === 'blocked' && blockedBy === uid) next.move(other, happening);
  }
  next.catchUp(uid);
}
