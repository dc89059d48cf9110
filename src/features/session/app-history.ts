import type { Editor, TakenBack } from '@/editor/editor';

/** An editor whose steps are taken back in turn with those of the others. */
type Followed = { editor: Editor; name: () => string };
/** What was taken back or done again, and where. */
type Step = Followed & TakenBack;

/** The order in which steps were made over several editors, which remember the steps themselves. */
export function createAppHistory() {
  const order: { undo: Followed[]; redo: Followed[] } = { undo: [], redo: [] };
  const made = new Map<Followed, number>();
  const listeners = new Set<() => void>();

  /** As many entries of an editor as it has steps: some of them change nothing any more and are gone with others. */
  function match(entries: Followed[], of: Followed, steps: number) {
    let count = entries.filter((each) => each === of).length;
    for (; count < steps; count++) entries.push(of);
    for (; count > steps; count--) entries.splice(entries.lastIndexOf(of), 1);
  }

  function note(of: Followed) {
    const depth = of.editor.depth();
    const isNew = depth.made > (made.get(of) ?? 0);
    made.set(of, depth.made);
    // After another step nothing that was taken back before it is done again, wherever it was.
    if (isNew) for (const each of new Set(order.redo)) each.editor.dropRedo();
    if (isNew) order.redo.length = 0;
    match(order.undo, of, depth.undo);
    match(order.redo, of, depth.redo);
    for (const listener of listeners) listener();
  }

  function step(entries: Followed[], does: 'undo' | 'redo'): Step | null {
    for (let last = entries.at(-1); last; last = entries.at(-1)) {
      const taken = last.editor[does]();
      // Its editor has found nothing in it that it still changes.
      if (entries.at(-1) === last && !taken) entries.pop();
      if (taken) return { ...last, ...taken };
    }
    return null;
  }

  return {
    follow(followed: Followed) {
      made.set(followed, followed.editor.depth().made);
      followed.editor.subscribe(({ origin }) => {
        if (origin === 'user') note(followed);
      });
    },
    /** Takes back the last step of all. */
    undo: () => step(order.undo, 'undo'),
    redo: () => step(order.redo, 'redo'),
    canUndo: () => order.undo.length > 0,
    canRedo: () => order.redo.length > 0,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Of this window, over all charts that were worked on since it was opened. */
export const appHistory = createAppHistory();
