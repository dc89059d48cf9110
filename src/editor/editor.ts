import { applyDiff, type Diff, EMPTY_DIFF, isEmpty, squash } from './diff';
import type { EditorRecord } from './kinds/kinds';
import type { Records } from './records';
import { follow, isStep, newStep, type Step } from './step';
import { type Kept, takeBack } from './take-back';
import { VersionedMap } from './versioned-map';

/**
 * Who made a change: only a person's own is undoable and has to be saved. `stored` is what the server made of it
 * when it saved it, which is taken back with it; `discarded` is what the person gave up of it; `server` is what
 * others did.
 */
export type Origin = 'user' | 'stored' | 'discarded' | 'server';
export type Change = { diff: Diff; origin: Origin };
/** Something a person did that is no change of records, and how it is taken back and done again. */
export type Action = { undo(): void; redo(): void };
/** What an undo or a redo changed, and what it left because somebody else has changed it since. */
export type TakenBack = { diff: Diff; kept: readonly Kept[] };

/** The records of one chart, and the history of what this person did to them. */
export type Editor = {
  records(): Records;
  get(uid: string): EditorRecord | undefined;
  /** Applies a change; a person's change joins the gesture that is open, or is one of its own. */
  apply(diff: Diff, origin?: Origin): void;
  add(...records: EditorRecord[]): void;
  update<R extends EditorRecord>(record: R, fields: Partial<R>): void;
  remove(...records: EditorRecord[]): void;
  /** Remembers what was done beside the records, so that undo takes it back in its turn. */
  act(action: Action): void;
  /** What `run` would change, of the records as they are before it; nothing is. */
  plan(run: () => void): Diff;
  /** Everything that `run` changes is undone as one. */
  gesture<T>(run: () => T): T;
  undo(): TakenBack | null;
  redo(): TakenBack | null;
  canUndo(): boolean;
  canRedo(): boolean;
  /** Steps that can be taken back, and done again; `made` counts all that a person ever made. */
  depth(): { undo: number; redo: number; made: number };
  /** Nothing that was taken back is done again. */
  dropRedo(): void;
  /** Called after each change with what really happened, and with nothing when a gesture ends. */
  subscribe(listener: (change: Change) => void): () => void;
};

/** Whoever draws, copies or changes something has seen its candles as they are now. */
const lookedAt = (record: EditorRecord) =>
  'candlesChangedAt' in record ? { candlesChangedAt: null } : {};

/** A read-only editor shows what it is given; what a person does to it has no effect. */
export function createEditor({ isReadOnly = false } = {}): Editor {
  let records: Records = new VersionedMap();
  const undoStack: (Step | Action)[] = [];
  const redoStack: (Step | Action)[] = [];
  let made = 0;
  let gesture: Diff | null = null;
  let planned: Diff | null = null;
  const listeners = new Set<(change: Change) => void>();

  function perform(diff: Diff): Diff {
    const result = applyDiff(records, diff);
    if (isEmpty(result.done)) return result.done;
    records = result.records;
    return result.done;
  }

  function announce(diff: Diff, origin: Origin) {
    for (const listener of listeners) listener({ diff, origin });
  }

  function record(diff: Diff) {
    if (isEmpty(diff)) return;
    remember(newStep(diff));
  }

  function remember(step: Step | Action) {
    undoStack.push(step);
    redoStack.length = 0;
    made++;
  }

  function apply(diff: Diff, origin: Origin = 'user') {
    if (isReadOnly && origin === 'user') return;
    if (planned) {
      planned = squash(planned, diff);
      return;
    }
    const done = perform(diff);
    if (isEmpty(done)) return;
    if (origin === 'user') {
      if (gesture) gesture = squash(gesture, done);
      else record(done);
    } else {
      for (const stack of [undoStack, redoStack]) follow(stack, done, origin);
    }
    announce(done, origin);
  }

  /**
   * Takes the last step of one stack that still says something, and puts its inverse on the other. Of a step that
   * is kept in part the rest is gone: it is not taken back later, when nobody thinks of it any more.
   */
  function step(from: (Step | Action)[], to: (Step | Action)[]): TakenBack | null {
    for (let next = from.pop(); next; next = from.pop()) {
      if (!isStep(next)) {
        to.push(next);
        if (from === undoStack) next.undo();
        else next.redo();
        announce(EMPTY_DIFF, 'user');
        return { diff: EMPTY_DIFF, kept: [] };
      }
      const { diff, kept } = takeBack(records, next);
      const done = perform(diff);
      if (isEmpty(done) && kept.length === 0) continue;
      if (!isEmpty(done)) to.push(newStep(done));
      announce(done, 'user');
      return { diff: done, kept };
    }
    return null;
  }

  return {
    records: () => records,
    get: (uid) => records.get(uid),
    apply,
    add: (...made) =>
      apply({ ...EMPTY_DIFF, added: made.map((record) => ({ ...record, ...lookedAt(record) })) }),
    update: (current, fields) =>
      apply({
        ...EMPTY_DIFF,
        updated: [[current, { ...current, ...lookedAt(current), ...fields }]],
      }),
    remove: (...removed) => apply({ ...EMPTY_DIFF, removed }),
    act(action) {
      if (isReadOnly) return;
      remember(action);
      announce(EMPTY_DIFF, 'user');
    },
    plan(run) {
      planned = EMPTY_DIFF;
      try {
        run();
        return planned;
      } finally {
        planned = null;
      }
    },
    gesture(run) {
      if (gesture || planned) return run();
      gesture = EMPTY_DIFF;
      try {
        return run();
      } finally {
        const done = gesture;
        gesture = null;
        record(done);
        announce(EMPTY_DIFF, 'user');
      }
    },
    undo: () => step(undoStack, redoStack),
    redo: () => step(redoStack, undoStack),
    canUndo: () => undoStack.length > 0,
    canRedo: () => redoStack.length > 0,
    depth: () => ({ undo: undoStack.length, redo: redoStack.length, made }),
    dropRedo() {
      redoStack.length = 0;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
