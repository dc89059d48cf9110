import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSpan, type Span, type SpanDiff, type SpanFields } from '@/contract/spans';
import { createEditor, type Editor } from '@/editor/editor';
import type { SpanRecord } from '@/editor/kinds/span';
import { equal, fieldsOf, sameFields } from '@/editor/records';
import { planDiff } from '@/server/records/diff';
import { fromServer, spanFieldsOf } from '../wire';
import { INITIAL, type SyncEvent, type SyncState, saveStateOf, unsavedOf } from './state';
import { step } from './step';
import type { Base, Batch, Failure, Received, Saved, Unsaved } from './types';

/** What the server does with a diff, in memory: its own rules, one rev a write, a log of all versions. */
class ModelServer {
  rev = 0;
  rows = new Map<string, Span>();
  log: Received[] = [];

  save({ diff }: Batch & { entity: 'span' }): Saved | Failure {
    const same = (a: SpanFields, b: SpanFields) => equal(spanFieldsOf(a), spanFieldsOf(b));
    const deleted = new Map(
      this.log.flatMap(({ uid, record, rev }) => (record ? [] : [[uid, rev]])),
    );
    const plan = planDiff<SpanFields, Span>(diff, this.rows, same, deleted);
    if (plan.conflicts.length > 0) {
      const conflicts = plan.conflicts.map(({ uid, current }) => ({
        uid,
        current: current && baseOf(current),
        rev: this.rev,
      }));
      return { type: 'conflict', conflicts };
    }
    if (plan.create.length + plan.update.length + plan.remove.length > 0) this.rev += 1;
    const { rev } = this;
    for (const { uid, ...fields } of [...plan.create, ...plan.update.map(({ fields }) => fields)]) {
      const id = this.rows.get(uid)?.id ?? rev * 100 + this.rows.size;
      this.keep({
        ...spanFieldsOf(fields),
        id,
        uid,
        chartId: 1,
        rev,
        createdAt: 0,
        createdBy: null,
        updatedAt: 0,
        updatedBy: null,
      });
    }
    for (const { uid } of plan.remove) {
      this.rows.delete(uid);
      this.log.push({ uid, record: null, rev });
    }
    const written = [...diff.created, ...diff.updated];
    const rows = written.flatMap(({ uid }) => this.rows.get(uid) ?? []).map(baseOf);
    return { rev, rows, deleted: diff.deleted.map(({ uid }) => uid) };
  }

  private keep(row: Span) {
    this.rows.set(row.uid, row);
    this.log.push({ uid: row.uid, record: fromServer(row, []), rev: row.rev });
  }

  read = (): Base[] => [...this.rows.values()].map(baseOf);
}

const baseOf = (row: Span): Base => ({ record: fromServer(row, []), rev: row.rev });

/** One window: an editor and its machine; its clock, wire and live connection are moved by the test. */
class ModelWindow {
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

  constructor(readonly server: ModelServer) {
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
        for (const { uid, record } of request.changes) {
          const current = this.editor.get(uid);
          const one = { added: [], updated: [], removed: [] };
          if (record && current)
            this.editor.apply({ ...one, updated: [[current, record]] }, 'server');
          else if (record) this.editor.apply({ ...one, added: [record] }, 'server');
          else if (current) this.editor.apply({ ...one, removed: [current] }, 'server');
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

  /** “All changes saved” is true: the server has had each version that its person wants. */
  private check() {
    const { loaded, waiting, saving, conflicts } = saveStateOf(this.state);
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

type Action =
  | { do: 'add' | 'remove' | 'undo' | 'redo'; at: number }
  | { do: 'edit'; at: number; field: 'notes' | 'confidence' | 'label' }
  | { do: 'draft' | 'commit'; at: number }
  | { do: 'timer' | 'arrive' | 'answer' | 'lose' | 'retry' | 'read' | 'load' | 'resync' | 'reload' }
  | { do: 'hear'; revs: number }
  | { do: 'resolve'; choice: 'mine' | 'theirs' };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('add', 'remove', 'undo', 'redo'), at: fc.nat(9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      at: fc.nat(9),
      field: fc.constantFrom('notes', 'confidence', 'label'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('draft', 'commit'), at: fc.nat(9) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom('timer', 'timer', 'arrive', 'arrive', 'answer', 'answer', 'lose'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('retry', 'read', 'read', 'load', 'load', 'resync', 'resync', 'reload'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      revs: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      choice: fc.constantFrom('mine', 'theirs'),
    }),
  },
) as fc.Arbitrary<Action>;

const span = (uid: string, label: string): SpanRecord => ({
  kind: 'span',
  uid,
  id: null,
  ...completeSpan({ startTime: 1, endTime: 2, label }),
});

let made = 0;

function perform(window: ModelWindow, what: Action) {
  const { editor } = window;
  const spans = [...editor.records().values()] as SpanRecord[];
  const pick = 'at' in what ? spans[what.at % (spans.length || 1)] : undefined;
  switch (what.do) {
    case 'add':
      made += 1;
      return editor.add(span(`span-${made}`, `label-${made}`));
    case 'remove':
      return pick && editor.remove(pick);
    case 'edit':
      made += 1;
      return (
        pick &&
        editor.update(pick, {
          [what.field]: what.field === 'confidence' ? made : `${what.field}-${made}`,
        })
      );
    case 'undo':
      return void editor.undo();
    case 'redo':
      return void editor.redo();
    case 'draft': {
      if (!pick) return;
      made += 1;
      const draft = { notes: `draft-${made}` };
      window.intend(pick, { ...pick, ...draft });
      window.dispatch({ type: 'drafted', uid: pick.uid, draft });
      return window.want(pick.uid, pick);
    }
    case 'commit': {
      const draft = pick && window.state.drafts.get(pick.uid);
      if (!pick || !draft) return;
      editor.update(pick, draft as Partial<SpanRecord>);
      return window.dispatch({ type: 'drafted', uid: pick.uid, draft: null });
    }
    case 'timer':
      return window.isTimerSet && window.dispatch({ type: 'timer' });
    case 'retry':
      return window.dispatch({ type: 'retried' });
    case 'hear':
      return window.hear(what.revs);
    case 'resolve':
      return window.resolve(what.choice);
    case 'arrive':
      return window.arrive();
    case 'answer':
      return window.answer();
    case 'lose':
      return window.lose();
    case 'read':
      return window.read();
    case 'load':
      return window.load();
    case 'resync':
      return window.resync();
    case 'reload':
      return window.reload();
  }
}

/** The connection is back and everybody answers what they are asked. */
function calm(windows: ModelWindow[]) {
  for (let round = 0; round < 200; round += 1) {
    for (const window of windows) {
      for (const uid of window.state.drafts.keys()) {
        const record = window.editor.get(uid);
        const draft = window.state.drafts.get(uid);
        if (record && draft) window.editor.update(record, draft);
        window.dispatch({ type: 'drafted', uid, draft: null });
      }
      window.arrive();
      window.answer();
      if (!window.state.loaded) {
        window.read();
        window.load();
      }
      window.hear(Number.POSITIVE_INFINITY);
      window.resolve('mine');
      if (window.isTimerSet && !window.inFlight) window.dispatch({ type: 'timer' });
    }
    const isCalm = windows.every(
      (window) =>
        window.heard === window.server.rev &&
        window.state.unsaved.size === 0 &&
        window.state.link === 'idle' &&
        window.state.loaded,
    );
    if (isCalm) return;
  }
  throw new Error(
    `it does not come to rest: ${JSON.stringify(windows.map(({ state }) => ({ ...state, unsaved: [...state.unsaved] })))}`,
  );
}

/** Told of a row while it reads, a window misses that it was deleted, and reads anew. */
const MISSED_DELETION: [number, Action][] = [
  [0, { do: 'reload' }],
  [1, { do: 'add', at: 0 }],
  [1, { do: 'timer' }],
  [1, { do: 'remove', at: 0 }],
  [1, { do: 'arrive' }],
  [1, { do: 'answer' }],
  [0, { do: 'hear', revs: 1 }],
  [1, { do: 'timer' }],
  [1, { do: 'arrive' }],
  [0, { do: 'resync' }],
];

/** Two that were sent without an answer are deleted one after the other: each is asked about once. */
const DELETED_IN_TURN: [number, Action][] = [
  [1, { do: 'add', at: 0 }],
  [1, { do: 'add', at: 0 }],
  [1, { do: 'timer' }],
  [1, { do: 'arrive' }],
  [1, { do: 'timer' }],
  [0, { do: 'hear', revs: 1 }],
  [0, { do: 'remove', at: 0 }],
  [1, { do: 'timer' }],
  [0, { do: 'timer' }],
  [0, { do: 'remove', at: 0 }],
  [1, { do: 'timer' }],
];

describe('against a model of the server', () => {
  it('loses nothing, doubles nothing and ends alike in both windows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), action), { maxLength: 80, size: 'max' }),
        (actions) => {
          made = 0;
          const server = new ModelServer();
          const windows = [new ModelWindow(server), new ModelWindow(server)];
          for (const window of windows) {
            window.dispatch({ type: 'restored', unsaved: [] });
            window.read();
            window.load();
          }
          for (const [which, what] of actions) perform(windows[which] as ModelWindow, what);
          calm(windows);
          const rows = new Map(server.read().map(({ record }) => [record.uid, record]));
          for (const { editor } of windows) expect(new Map(editor.records())).toEqual(rows);
        },
      ),
      { numRuns: 1_000, examples: [[MISSED_DELETION], [DELETED_IN_TURN]] },
    );
  });
});
