import { createStore, type StoreApi } from 'zustand';
import type { ExaminedChange, ExaminedRange } from '@/contract/examined';
import type { UtcSeconds } from '@/contract/units';
import type { Editor } from '@/editor/editor';

export type Bars = { startTime: UtcSeconds; endTime: UtcSeconds };
type Source = 'done' | 'viewed';

/** The server, as the store needs it. */
export type ExaminedTransport = {
  mark(bars: Bars, source: Source): Promise<ExaminedChange>;
  unmark(bars: Bars): Promise<ExaminedChange>;
  revert(rev: number): Promise<ExaminedChange>;
};

/** What is not stored yet, as it will look. */
type Pending = { type: 'mark' | 'cut'; bars: readonly Bars[] };
export type ExaminedState = {
  /** Of everybody, by start; null until they have been read. */
  ranges: readonly ExaminedRange[] | null;
  pending: readonly Pending[];
  /** Why the last change is not stored; null when all is well. */
  problem: string | null;
};

export type Examined = StoreApi<ExaminedState> & {
  /** The ranges as they are stored. */
  start(ranges: readonly ExaminedRange[]): void;
  /** What a revision did, be it one's own or somebody else's. */
  receive(created: readonly ExaminedRange[], deleted: readonly string[]): void;
  /** One step for undo, however many bars. */
  mark(bars: readonly Bars[], source: Source): void;
  unmark(bars: readonly Bars[]): void;
};

const RETRY_MS = 2_000;

/**
 * What has been examined on a chart. A change shows at once and is sent in its turn; the server
 * merges and cuts. What did not reach it is tried again, what it refused is said.
 */
export function createExamined(options: {
  editor: Pick<Editor, 'act'>;
  transport: ExaminedTransport;
  isPassing: (error: unknown) => boolean;
}): Examined {
  const { editor, transport, isPassing } = options;
  const store = createStore<ExaminedState>(() => ({ ranges: null, pending: [], problem: null }));
  /** A deletion may be told before the row that it deletes. */
  const gone = new Set<string>();
  let queue = Promise.resolve();

  function receive(created: readonly ExaminedRange[], deleted: readonly string[]) {
    for (const uid of deleted) gone.add(uid);
    const deletes = new Set(deleted);
    const isOurs = store.getState().ranges?.some(({ uid }) => deletes.has(uid));
    // A revision of spans says nothing here, and what is drawn of it stays as it is.
    if (created.length === 0 && !isOurs) return;
    store.setState(({ ranges }) => {
      const all = new Map((ranges ?? []).map((range) => [range.uid, range]));
      for (const range of created) all.set(range.uid, range);
      for (const uid of gone) all.delete(uid);
      return { ranges: [...all.values()].sort((a, b) => a.startTime - b.startTime) };
    });
  }

  async function untilReached(send: () => Promise<ExaminedChange>): Promise<ExaminedChange | null> {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!isPassing(error)) {
          store.setState({ problem: message });
          return null;
        }
        store.setState({ problem: 'The server cannot be reached; it is tried again.' });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** In its turn; `revs` takes the revisions that it made. */
  function enqueue(shown: Pending, sends: () => (() => Promise<ExaminedChange>)[], revs: number[]) {
    store.setState(({ pending }) => ({ pending: [...pending, shown] }));
    queue = queue.then(async () => {
      store.setState({ problem: null });
      const made: number[] = [];
      for (const send of sends()) {
        const change = await untilReached(send);
        if (!change) break;
        if (change.created.length + change.deleted.length > 0) made.push(change.rev);
        receive(
          change.created,
          change.deleted.map(({ uid }) => uid),
        );
      }
      revs.splice(0, revs.length, ...made);
      store.setState(({ pending }) => ({ pending: pending.filter((each) => each !== shown) }));
    });
  }

  function change(shown: Pending, sends: (() => Promise<ExaminedChange>)[]) {
    const revs: number[] = [];
    enqueue(shown, () => sends, revs);
    const opposite = { ...shown, type: shown.type === 'mark' ? 'cut' : 'mark' } as const;
    // Reverting a revert does it again; the server knows what the bars were before.
    const back = (next: Pending) => () =>
      enqueue(next, () => [...revs].reverse().map((rev) => () => transport.revert(rev)), revs);
    editor.act({ undo: back(opposite), redo: back(shown) });
  }

  return {
    ...store,
    start(ranges) {
      gone.clear();
      store.setState({ ranges });
    },
    receive,
    mark: (bars, source) =>
      change(
        { type: 'mark', bars },
        bars.map((each) => () => transport.mark(each, source)),
      ),
    unmark: (bars) =>
      change(
        { type: 'cut', bars },
        bars.map((each) => () => transport.unmark(each)),
      ),
  };
}

/** The bars that anybody has examined, merged, with what is on its way to the server. */
export function examinedBars({ ranges, pending }: Omit<ExaminedState, 'problem'>): Bars[] {
  let all = union(ranges ?? []);
  for (const { type, bars } of pending) {
    all = type === 'mark' ? union(all.concat(bars)) : subtract(all, bars);
  }
  return all;
}

/** In order, without overlap. */
export function union(bars: readonly Bars[]): Bars[] {
  const all: Bars[] = [];
  for (const { startTime, endTime } of [...bars].sort((a, b) => a.startTime - b.startTime)) {
    const last = all.at(-1);
    if (last && startTime <= last.endTime) {
      all[all.length - 1] = { ...last, endTime: Math.max(last.endTime, endTime) };
    } else all.push({ startTime, endTime });
  }
  return all;
}

/** A microsecond, which is what the database keeps: times just beside a candle that is cut. */
const BESIDE = 1e-6;

/** What is left of `bars` without `cuts`. */
export const subtract = (bars: readonly Bars[], cuts: readonly Bars[]): Bars[] =>
  cuts.reduce<Bars[]>(
    (left, cut) =>
      left.flatMap((each) => {
        if (cut.endTime < each.startTime || cut.startTime > each.endTime) return [each];
        return [
          { startTime: each.startTime, endTime: Math.min(each.endTime, cut.startTime - BESIDE) },
          { startTime: Math.max(each.startTime, cut.endTime + BESIDE), endTime: each.endTime },
        ].filter(({ startTime, endTime }) => startTime <= endTime);
      }),
    [...bars],
  );
