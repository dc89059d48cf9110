import { expect } from 'vitest';
import type { Span, SpanDiff } from '@/contract/spans';
import { createEditor, type Editor } from '@/editor/editor';
import type { SpanRecord } from '@/editor/kinds/span';
import { equal, fieldsOf, sameFields } from '@/editor/records';
import { spanFieldsOf } from '../wire';
import {
  dueChanges,
  INITIAL,
  type SyncEvent,
  type SyncState,
  saveStateOf,
  unsavedOf,
} from './state';
import { step } from './step';
import type { Base, Batch, Failure, Received, Saved, Unsaved } from './types';

type Server = {
  readonly rev: number;
  readonly rows: ReadonlyMap<string, Span>;
  /** All versions of all rows. */
  readonly log: readonly Received[];
  save(batch: Batch & { entity: 'span' }): Saved | Failure;
  read(): Base[];
};

/** One window: an editor and its machine; its clock, wire and live connection are moved by the test. */
export class ModelWindow {
  editor: Editor = createEditor();
  state: SyncState = INITIAL;
  isTimerSet = false;
  /** The request on its way; whether the server has done it, and what it answered. */
  inFlight: { request: number; batch: Batch; result: Saved | Failure | null } | null = null;
  snapshot: Base[] | null = null;
  heard = 0;
  stored: Unsaved[] = [];
  /** What the person wants of each record; undefined where others have the say. */
  wanted = new Map<string, SpanRecord | null>();
  /** Field values that the person has set, shown as `uid.field=value`. */
  intents = new Set<string>();
  isClosed = false;

  constructor(readonly server: Server) {
    this.open();
  }

  private open() {
    const { editor } = this;
    this.editor.subscribe(({ diff, origin }) => {
      if (this.editor !== editor || origin !== 'user') return;
      for (const [before, after] of diff.updated)
        this.intend(before as SpanRecord, after as SpanRecord);
      const uids = [...diff.added, ...diff.updated.map(([, to]) => to), ...diff.removed];
      const changes = uids.map(({ uid }) => ({ uid, record: editor.get(uid) ?? null }));
      for (const { uid, record } of changes) this.want(uid, record as SpanRecord | null);
      for (const record of diff.added) this.intend(null, record as SpanRecord);
      if (changes.length > 0) this.dispatch({ type: 'changed', changes });
    });
  }

  want(uid: string, record: SpanRecord | null) {
    const draft = this.state.drafts.get(uid);
    this.wanted.set(uid, record && draft ? ({ ...record, ...draft } as SpanRecord) : record);
  }

  intend(before: SpanRecord | null, after: SpanRecord) {
    const old: Record<string, unknown> = before ? fieldsOf(before) : {};
    for (const [key, value] of Object.entries(fieldsOf(after))) {
      if (!equal(old[key], value)) this.intents.add(`${after.uid}.${key}=${JSON.stringify(value)}`);
    }
  }

  dispatch(event: SyncEvent) {
    const before = this.state;
    const next = step(before, event);
    this.state = next.state;
    for (const request of next.requests) {
      if (request.type === 'timer') this.isTimerSet = request.ms !== null;
      else if (request.type === 'abort') this.inFlight = null;
      else if (request.type === 'send') {
        if (this.inFlight) throw new Error('two requests at a time');
        this.inFlight = { ...structuredClone(request), result: null };
      } else {
        const { origin } = request;
        for (const { uid, record } of request.changes) {
          const current = this.editor.get(uid);
          const one = { added: [], updated: [], removed: [] };
          if (record && current)
            this.editor.apply({ ...one, updated: [[current, record]] }, origin);
          else if (record) this.editor.apply({ ...one, added: [record] }, origin);
          else if (current) this.editor.apply({ ...one, removed: [current] }, origin);
        }
      }
    }
    this.stored = JSON.parse(JSON.stringify(unsavedOf(this.state))) as Unsaved[];
    this.check();
  }

  /** The request reaches the server, which may answer now, later or never. */
  arrive() {
    const { inFlight } = this;
    if (!inFlight || inFlight.result) return;
    const { batch } = inFlight;
    if (batch.entity !== 'span') throw new Error('only spans are drawn here');
    this.refuseBlindWrites(batch.diff);
    inFlight.result = this.server.save(structuredClone(batch));
  }

  answer() {
    const { inFlight } = this;
    if (!inFlight?.result) return;
    this.inFlight = null;
    const { request, result } = inFlight;
    if ('rows' in result) this.dispatch({ type: 'stored', request, saved: result });
    else this.dispatch({ type: 'failed', request, failure: result });
  }

  lose() {
    const { inFlight } = this;
    if (!inFlight) return;
    this.inFlight = null;
    const failure: Failure = { type: 'passing', message: 'lost' };
    this.dispatch({ type: 'failed', request: inFlight.request, failure });
  }

  hear(revs: number) {
    const until = Math.min(this.server.rev, this.heard + revs);
    const received = this.server.log.filter(({ rev }) => rev > this.heard && rev <= until);
    this.heard = until;
    for (const one of structuredClone(received))
      this.dispatch({ type: 'received', received: [one] });
  }

  read() {
    if (this.state.loaded) return;
    this.snapshot = structuredClone(this.server.read());
  }

  load() {
    if (!this.snapshot) return;
    const rows = this.snapshot;
    this.snapshot = null;
    this.dispatch({ type: 'loaded', rows });
  }

  resync() {
    this.dispatch({ type: 'stale' });
    this.snapshot = null;
    this.heard = this.server.rev;
  }

  /** The page is closed at any moment and opened again; what was on its way may arrive all the same. */
  reload() {
    const kept = structuredClone(this.stored);
    this.state = INITIAL;
    this.snapshot = null;
    this.editor = createEditor();
    this.inFlight = null;
    this.isTimerSet = false;
    this.open();
    this.heard = this.server.rev;
    this.dispatch({ type: 'restored', unsaved: kept });
  }

  resolve(choice: 'mine' | 'theirs') {
    const [conflict] = saveStateOf(this.state).conflicts;
    if (!conflict) return;
    const { uid, mine } = conflict;
    if (choice === 'theirs') this.wanted.delete(uid);
    else if (mine) this.intend(null, mine as SpanRecord);
    this.dispatch({ type: 'resolved', uid, choice });
  }

  discard() {
    const { refused } = saveStateOf(this.state);
    for (const uid of refused) this.wanted.delete(uid);
    this.dispatch({ type: 'discarded' });
  }

  /** A write changes only what its person changed, or has been asked about. */
  private refuseBlindWrites(diff: SpanDiff) {
    for (const { uid, rev, ...fields } of diff.updated) {
      const current = this.server.rows.get(uid);
      if (!current || current.rev !== rev) continue;
      const old: Record<string, unknown> = spanFieldsOf(current);
      for (const [key, value] of Object.entries(spanFieldsOf(fields))) {
        if (equal(old[key], value)) continue;
        expect(this.intents).toContain(`${uid}.${key}=${JSON.stringify(value)}`);
      }
    }
  }

  /** Nothing is left lying that could be sent. “All changes saved” is true: the server has had each version that its person wants. */
  private check() {
    const { loaded, waiting, saving, conflicts } = saveStateOf(this.state);
    if (this.state.link === 'idle') expect(dueChanges(this.state)).toEqual([]);
    expect(this.state.link).not.toBe('refused');
    if (!loaded || waiting > 0 || saving || conflicts.length > 0) return;
    for (const [uid, wanted] of this.wanted) {
      const versions = this.server.log.filter((version) => version.uid === uid);
      const isStored = wanted
        ? versions.some(({ record }) => record && sameFields(record, wanted))
        : versions.length === 0 || versions.some(({ record }) => !record);
      if (!isStored)
        throw new Error(`${uid} is not saved: ${JSON.stringify({ wanted, versions })}`);
    }
  }
}
