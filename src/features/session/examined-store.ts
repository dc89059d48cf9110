import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand';
import type { ExaminedChange, ExaminedRange } from '@/contract/examined';
import type { UtcSeconds } from '@/contract/units';
import type { Editor } from '@/editor/editor';
import type { KeptList } from './sync/types';
import { keptList } from './sync/unsaved-storage';

export type Bars = { startTime: UtcSeconds; endTime: UtcSeconds };
type Source = 'done' | 'viewed';

/** The server, as the store needs it. */
export type ExaminedTransport = {
  mark(bars: Bars, source: Source): Promise<ExaminedChange>;
  unmark(bars: Bars): Promise<ExaminedChange>;
  revert(rev: number): Promise<ExaminedChange>;
};

/** A change that is not stored yet, as it outlives the page: by bars, or by the revisions that it takes back. */
const pendingSchema = z.object({
  type: z.enum(['mark', 'cut']),
  source: z.enum(['done', 'viewed']),
  bars: z.array(z.object({ startTime: z.number(), endTime: z.number() })).readonly(),
  revs: z.array(z.number()).nullable(),
});
type Pending = z.infer<typeof pendingSchema>;
export type UnsentStore = KeptList<Pending>;
export const unsentStorage = (chartId: number): UnsentStore =>
  keptList(`examined:${chartId}:`, z.array(pendingSchema));

/** What has to be sent of it by a later page: a change that was taken back before it was sent is none. */
function unsentOf(pending: readonly Pending[]): Pending[] {
  const left: Pending[] = [];
  for (const each of pending) {
    const isOfUnsent = each.revs?.length === 0;
    const at = isOfUnsent ? left.findLastIndex(({ bars }) => bars === each.bars) : -1;
    if (at >= 0) left.splice(at, 1);
    else left.push(isOfUnsent ? { ...each, revs: null } : each);
  }
  return left;
}

export type ExaminedState = {
  /** Of everybody, by start; null until they have been read. */
  ranges: readonly ExaminedRange[] | null;
  pending: readonly Pending[];
  /** Why the last change is not stored; null when all is well. */
  problem: string | null;
  /** Whether what waits would survive the page. */
  kept: boolean;
};

export type Examined = StoreApi<ExaminedState> & {
  /** The ranges as they are stored. */
  start(ranges: readonly ExaminedRange[]): void;
  /** What a revision did, be it one's own or somebody else's. */
  receive(created: readonly ExaminedRange[], deleted: readonly string[]): void;
  /** One step for undo, however many bars. */
  mark(bars: readonly Bars[], source: Source): void;
  unmark(bars: readonly Bars[]): void;
  close(): void;
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
  /** Where changes outlive the page; none where ranges are only looked at. */
  unsentStore?: UnsentStore;
}): Examined {
  const { editor, transport, isPassing, unsentStore } = options;
  const store = createStore<ExaminedState>(() => ({
    ...{ ranges: null, pending: [], problem: null, kept: true },
  }));
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

  const sendsOf = ({ type, source, bars, revs }: Pending): (() => Promise<ExaminedChange>)[] =>
    revs
      ? [...revs].reverse().map((rev) => () => transport.revert(rev))
      : bars.map(
          (each) => () => (type === 'mark' ? transport.mark(each, source) : transport.unmark(each)),
        );

  function setPending(next: (pending: readonly Pending[]) => readonly Pending[]) {
    store.setState(({ pending }) => ({ pending: next(pending) }));
    unsentStore?.store(unsentOf(store.getState().pending)).then(
      () => store.setState({ kept: true }),
      () => store.setState({ kept: false }),
    );
  }

  /** In its turn; `revs` takes the revisions that it made. */
  function enqueue(shown: Pending, revs: number[]) {
    setPending((pending) => [...pending, shown]);
    queue = queue.then(async () => {
      store.setState({ problem: null });
      const made: number[] = [];
      for (const send of sendsOf(shown)) {
        const change = await untilReached(send);
        if (!change) break;
        if (change.created.length + change.deleted.length > 0) made.push(change.rev);
        receive(
          change.created,
          change.deleted.map(({ uid }) => uid),
        );
      }
      revs.splice(0, revs.length, ...made);
      setPending((pending) => pending.filter((each) => each !== shown));
    });
  }

  function change(type: Pending['type'], source: Source, bars: readonly Bars[]) {
    const revs: number[] = [];
    enqueue({ type, source, bars, revs: null }, revs);
    // Reverting a revert does it again; the server knows what the bars were before.
    const back = (next: Pending['type']) => () => enqueue({ type: next, source, bars, revs }, revs);
    editor.act({ undo: back(type === 'mark' ? 'cut' : 'mark'), redo: back(type) });
  }

  void unsentStore
    ?.restore()
    .then((left) => {
      for (const each of left) enqueue(each, []);
    })
    .catch(() => store.setState({ kept: false }));

  return {
    ...store,
    start(ranges) {
      gone.clear();
      store.setState({ ranges });
    },
    receive,
    mark: (bars, source) => change('mark', source, bars),
    unmark: (bars) => change('cut', 'done', bars),
    close: () => unsentStore?.close(),
  };
}

/** The bars that anybody has examined, merged, with what is on its way to the server. */
export function examinedBars({
  ranges,
  pending,
}: Pick<ExaminedState, 'ranges' | 'pending'>): Bars[] {
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
