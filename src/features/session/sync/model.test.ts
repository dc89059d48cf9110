import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSpan, type Span, type SpanFields } from '@/contract/spans';
import type { SpanRecord } from '@/editor/kinds/span';
import { equal } from '@/editor/records';
import { planDiff } from '@/server/records/diff';
import { fromServer, spanFieldsOf } from '../wire';
import { ModelWindow } from './testing-window';
import type { Base, Batch, Failure, Received, Saved } from './types';

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
    const records = [...plan.create, ...plan.update.map(({ fields }) => fields)].flatMap(
      (fields) => (isRefused(fields) ? { uid: fields.uid, reason: 'no' } : []),
    );
    if (records.length > 0) return { type: 'refused', message: 'no', records };
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

/** A rule as good as any other. */
const isRefused = ({ confidence }: SpanFields) => confidence !== null && confidence % 4 === 0;

const baseOf = (row: Span): Base => ({ record: fromServer(row, []), rev: row.rev });

type Action =
  | { do: 'add' | 'remove' | 'undo' | 'redo'; at: number }
  | { do: 'edit'; at: number; field: 'notes' | 'confidence' | 'label' }
  | { do: 'draft' | 'commit'; at: number }
  | { do: 'timer' | 'arrive' | 'answer' | 'lose' | 'retry' | 'read' | 'load' | 'resync' | 'reload' }
  | { do: 'hear'; revs: number }
  | { do: 'resolve'; choice: 'mine' | 'theirs' }
  | { do: 'discard' };

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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('discard' as const) }) },
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
/** Who made a value, by the number that is in it. */
const makers = new Map<number, ModelWindow>();

/** Nothing that the other window made is taken away. */
function undo(window: ModelWindow) {
  const { editor } = window;
  const before = [...editor.records().values()] as SpanRecord[];
  editor.undo();
  for (const old of before) {
    const now = editor.get(old.uid) as SpanRecord | undefined;
    for (const key of ['label', 'notes', 'confidence'] as const) {
      if (old[key] === now?.[key] || old[key] === null) continue;
      expect(makers.get(Number(String(old[key]).match(/\d+$/)?.[0]))).toBe(window);
    }
  }
}

function perform(window: ModelWindow, what: Action) {
  const { editor } = window;
  const spans = [...editor.records().values()] as SpanRecord[];
  const pick = 'at' in what ? spans[what.at % (spans.length || 1)] : undefined;
  switch (what.do) {
    case 'add':
      makers.set(++made, window);
      return editor.add(span(`span-${made}`, `label-${made}`));
    case 'remove':
      return pick && editor.remove(pick);
    case 'edit':
      makers.set(++made, window);
      return (
        pick &&
        editor.update(pick, {
          [what.field]: what.field === 'confidence' ? made : `${what.field}-${made}`,
        })
      );
    case 'undo':
      return undo(window);
    case 'redo':
      return void editor.redo();
    case 'draft': {
      if (!pick) return;
      makers.set(++made, window);
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
    case 'discard':
      return window.discard();
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
      // Once nothing is sent any more, only what was refused by itself is not saved.
      if (window.state.link === 'idle') window.discard();
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

/** The page is closed on the question whether what somebody else changed is to be deleted. */
const RELOADED_WHILE_ASKED: [number, Action][] = [
  [1, { do: 'add', at: 0 }],
  [1, { do: 'timer' }],
  [1, { do: 'arrive' }],
  [0, { do: 'hear', revs: 1 }],
  [0, { do: 'edit', at: 0, field: 'notes' }],
  [1, { do: 'remove', at: 0 }],
  [1, { do: 'lose' }],
  [0, { do: 'timer' }],
  [1, { do: 'timer' }],
  [0, { do: 'arrive' }],
  [1, { do: 'arrive' }],
  [1, { do: 'answer' }],
  [1, { do: 'reload' }],
];

/** A note is being typed, on a change taken back, of what somebody else deletes. */
const TYPED_ON_DELETED: [number, Action][] = [
  [0, { do: 'add', at: 0 }],
  [0, { do: 'timer' }],
  [0, { do: 'undo', at: 0 }],
  [0, { do: 'arrive' }],
  [1, { do: 'hear', revs: 1 }],
  [1, { do: 'edit', at: 0, field: 'notes' }],
  [1, { do: 'timer' }],
  [0, { do: 'answer' }],
  [0, { do: 'timer' }],
  [0, { do: 'arrive' }],
  [1, { do: 'undo', at: 0 }],
  [1, { do: 'arrive' }],
  [1, { do: 'draft', at: 0 }],
  [1, { do: 'answer' }],
];

/** Somebody else has changed what an undo would delete. */
const CHANGED_BEFORE_UNDO: [number, Action][] = [
  [0, { do: 'add', at: 0 }],
  [0, { do: 'timer' }],
  [0, { do: 'arrive' }],
  [0, { do: 'answer' }],
  [1, { do: 'hear', revs: 1 }],
  [1, { do: 'edit', at: 0, field: 'label' }],
  [1, { do: 'timer' }],
  [1, { do: 'arrive' }],
  [0, { do: 'hear', revs: 2 }],
  [0, { do: 'undo', at: 0 }],
];

/** Stories that failed once. */
const FOUND = [
  MISSED_DELETION,
  DELETED_IN_TURN,
  RELOADED_WHILE_ASKED,
  TYPED_ON_DELETED,
  CHANGED_BEFORE_UNDO,
];
// biome-ignore lint/style/noProcessEnv: npm run test:faults sets it for the tests that it runs.
const STORIES = process.env.FAULTS === 'long' ? 60_000 : 1_000;

describe('against a model of the server', () => {
  it('loses nothing, doubles nothing and ends alike in both windows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), action), { maxLength: 80, size: 'max' }),
        (actions) => {
          made = 0;
          makers.clear();
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
      { numRuns: STORIES, examples: FOUND.map((actions): [typeof actions] => [actions]) },
    );
  }, 600_000);
});
