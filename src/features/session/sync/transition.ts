import type { Origin } from '@/editor/editor';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { equal, fieldsOf, sameFields } from '@/editor/records';
import { VersionedMap } from '@/editor/versioned-map';
import { isDue } from './batch';
import { type LinkEvent, NEXT_LINK, waitMs } from './link';
import {
  changeOf,
  type Entry,
  isPending,
  type SyncRequest,
  type SyncState,
  type SyncStep,
  seenRev,
} from './state';
import { type Happening, NEXT } from './status';
import type { Base, Received } from './types';

type MapName = 'base' | 'deleted' | 'unsaved' | 'drafts' | 'deferred';
type Value<Name extends MapName> = SyncState[Name] extends ReadonlyMap<string, infer V> ? V : never;

type Shown = Exclude<Origin, 'user'>;
/** What is shown after it is a consequence of what was done here. */
const ORIGINS: Partial<Record<Happening, Shown>> = {
  acknowledge: 'stored',
  discard: 'discarded',
};

/** Attempts without an answer that are remembered of a record; an older one shows as a conflict. */
const MAX_ATTEMPTS = 20;

/** The state that one event leads to, while it is being made: the one before it is left as it is. */
export class Transition {
  readonly state: SyncState;
  private readonly requests: SyncRequest[] = [];
  /** By where they come from. What came of a change of this window is shown before what others did since. */
  private readonly shown: Record<Shown, Map<string, EditorRecord | null>> = {
    stored: new Map(),
    discarded: new Map(),
    server: new Map(),
  };
  private readonly copied = new Set<MapName>();

  constructor(before: SyncState) {
    this.state = { ...before };
  }

  finish(): SyncStep {
    const shows = Object.entries(this.shown).flatMap(([origin, shown]): SyncRequest[] => {
      const changes = [...shown].map(([uid, record]) => ({ uid, record }));
      return changes.length > 0 ? [{ type: 'show', changes, origin: origin as Shown }] : [];
    });
    return { state: this.state, requests: [...shows, ...this.requests] };
  }

  assign(values: Partial<SyncState>) {
    Object.assign(this.state, values);
  }

  put<Name extends MapName>(name: Name, uid: string, value: Value<Name> | null) {
    if (value === null && !this.state[name].has(uid)) return;
    if (!this.copied.has(name)) {
      const map = this.state[name] as ReadonlyMap<string, unknown>;
      this.assign({ [name]: map instanceof VersionedMap ? map.copy() : new Map(map) });
      this.copied.add(name);
    }
    const map = this.state[name] as unknown as Map<string, Value<Name>>;
    if (value === null) map.delete(uid);
    else map.set(uid, value);
  }

  request(request: SyncRequest) {
    this.requests.push(request);
  }

  show(uid: string, record: EditorRecord | null, origin: Shown = 'server') {
    this.shown[origin].set(uid, record);
  }

  link(event: LinkEvent) {
    const next = NEXT_LINK[this.state.link][event];
    if (next === null) throw new Error(`${event} cannot happen while ${this.state.link}`);
    const again = event !== 'empty' && (next === 'due' || event === 'timer');
    if (next === this.state.link && !again) return;
    this.assign({ link: next });
    this.request({ type: 'timer', ms: waitMs(next, this.state.failures) });
  }

  /** Moves a record on; `fields` is what else of it changes. */
  move(uid: string, happening: Happening, fields: Partial<Entry> = {}) {
    const before = this.state.unsaved.get(uid);
    const status = NEXT[before?.status ?? 'saved'][happening];
    if (status === null) {
      throw new Error(
        `${happening} cannot happen to a record that is ${before?.status ?? 'saved'}`,
      );
    }
    if (status === 'saved') return this.settle(uid, ORIGINS[happening]);
    const entry: Entry = {
      mine: this.state.base.get(uid)?.record ?? null,
      attempts: [],
      theirs: null,
      blockedBy: null,
      refusal: null,
      ...before,
      ...fields,
      status,
    };
    if (status !== 'conflict') entry.theirs = null;
    if (status !== 'blocked') entry.blockedBy = null;
    if (status === 'changed' && !isDue(changeOf(this.state, uid, entry))) this.settle(uid);
    else this.put('unsaved', uid, entry);
  }

  /** Puts the version in flight among the attempts. */
  attempt(uid: string, entry: Entry) {
    const { mine, attempts } = entry;
    const others = attempts.filter((attempt) => !sameVersion(attempt, mine));
    this.move(uid, 'send', { attempts: [...others, mine].slice(-MAX_ATTEMPTS) });
  }

  /** The server has `record` under `rev`; null is that it has deleted it. */
  rebase(uid: string, record: EditorRecord | null, rev: number) {
    this.put('base', uid, record && { record, rev });
    this.put('deleted', uid, record ? null : rev);
    if (!this.state.loaded) this.defer({ uid, record, rev });
  }

  /** The record is as the server has it, with what came of it meanwhile. */
  private settle(uid: string, origin?: Shown) {
    this.put('unsaved', uid, null);
    this.show(uid, this.state.base.get(uid)?.record ?? null, origin);
    this.catchUp(uid);
  }

  catchUp(uid: string) {
    const deferred = this.state.deferred.get(uid);
    if (deferred && this.state.loaded) this.acceptRemote(deferred);
  }

  /** Takes in what the server says about a record, or puts it off. */
  acceptRemote(received: Received) {
    const { uid, record, rev } = received;
    if (!this.state.loaded) return this.defer(received);
    const deferred = this.state.deferred.get(uid);
    if (deferred && deferred.rev <= rev) this.put('deferred', uid, null);
    if (rev <= seenRev(this.state, uid)) return;
    const entry = this.state.unsaved.get(uid);
    if (entry?.status === 'conflict') {
      if (rev <= (entry.theirs?.rev ?? -1)) return;
      this.put('unsaved', uid, { ...entry, theirs: { record, rev } });
    }
    // If the change made here is stale now, the server says so.
    else if (isPending(this.state, uid)) this.defer(received);
    else {
      this.rebase(uid, record, rev);
      this.show(uid, record);
    }
  }

  /** The server has stored a version of the request that ended. */
  acknowledge(uid: string, record: EditorRecord | null, rev: number) {
    if (rev >= seenRev(this.state, uid)) this.rebase(uid, record, rev);
    const entry = this.state.unsaved.get(uid);
    if (!entry) return;
    const mine = withId(entry.mine, this.state.base.get(uid)?.record ?? null);
    this.move(uid, 'acknowledge', { mine, attempts: [] });
    const { unsaved } = this.state;
    if (unsaved.has(uid) && mine !== entry.mine) this.show(uid, mine, 'stored');
  }

  /** The server has another version than the one that was sent was made from; none since `rev`. */
  conflict(uid: string, current: Base | null, rev: number) {
    const entry = this.state.unsaved.get(uid);
    const base = this.state.base.get(uid) ?? null;
    const theirs = current ?? { record: null, rev };
    const isSent = entry?.status === 'sent' || entry?.status === 'sent-changed';
    if (isSent && isOwn(entry, current?.record ?? null)) {
      // It is an attempt of this window, whose answer was lost.
      this.rebase(uid, theirs.record, theirs.rev);
      this.move(uid, 'fail', { mine: withId(entry.mine, current?.record ?? null), attempts: [] });
    } else if (isSent && base && this.isTakenBack(uid, base.record, current?.record ?? null)) {
      this.rebase(uid, theirs.record, theirs.rev);
      this.move(uid, 'fail', { mine: current?.record ?? null, attempts: [] });
    } else {
      // Its attempts stay: after a reload they have the question asked again.
      this.move(uid, 'conflict', { theirs, mine: entry?.mine ?? null });
    }
  }

  /** Whether nothing is left of a change: it was undone here, and the server never stored it. */
  private isTakenBack(uid: string, base: EditorRecord, current: EditorRecord | null): boolean {
    const { mine, attempts } = this.state.unsaved.get(uid) ?? { mine: null, attempts: [] };
    if (!mine || !sameFields(mine, base)) return false;
    // Somebody else deleted it: nothing here would notice, but for what is being typed.
    if (!current) return !this.state.drafts.has(uid);
    const [before, now]: Record<string, unknown>[] = [fieldsOf(base), fieldsOf(current)];
    return attempts.every(
      (attempt) =>
        attempt &&
        Object.entries(fieldsOf(attempt)).every(
          ([key, value]) => equal(value, before?.[key]) || equal(now?.[key], before?.[key]),
        ),
    );
  }

  private defer(received: Received) {
    const { rev } = this.state.deferred.get(received.uid) ?? { rev: -1 };
    if (received.rev > rev) this.put('deferred', received.uid, received);
  }
}

const sameVersion = (a: EditorRecord | null, b: EditorRecord | null) =>
  a && b ? sameFields(a, b) : a === b;

const isOwn = ({ attempts }: Entry, record: EditorRecord | null) =>
  attempts.some((attempt) => sameVersion(attempt, record));

/** The server names what it stores; a person's newer fields stay. */
function withId(mine: EditorRecord | null, stored: EditorRecord | null): EditorRecord | null {
  if (!mine || !stored || mine.id === stored.id) return mine;
  return { ...mine, id: stored.id } as EditorRecord;
}
