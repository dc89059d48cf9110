import { applyDiff, type Diff, EMPTY_DIFF, invert, isEmpty, squash } from './diff';
import type { EditorRecord } from './kinds/kinds';
import type { Records } from './records';
import { VersionedMap } from './versioned-map';

/** Who made a change: only a person's own is undoable and has to be saved. */
export type Origin = 'user' | 'server';
export type Change = { diff: Diff; origin: Origin };
/** Something a person did that is no change of records, and how it is taken back and done again. */
export type Action = { undo(): void; redo(): void };

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
  undo(): Diff | null;
  redo(): Diff | null;
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
  const undoStack: (Diff | Action)[] = [];
  const redoStack: (Diff | Action)[] = [];
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
    remember(diff);
  }

  function remember(step: Diff | Action) {
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
    }
    announce(done, origin);
  }

  /** Takes the last step of one stack that still changes something, and puts its inverse on the other. */
  function step(from: (Diff | Action)[], to: (Diff | Action)[]): Diff | null {
    for (let diff = from.pop(); diff; diff = from.pop()) {
      if ('undo' in diff) {
        to.push(diff);
        if (from === undoStack) diff.undo();
        else diff.redo();
        announce(EMPTY_DIFF, 'user');
        return EMPTY_DIFF;
      }
      const done = perform(invert(diff));
      if (isEmpty(done)) continue;
      to.push(done);
      announce(done, 'user');
      return done;
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
