import { assertNever } from '@/contract/assert-never';
import type { Diff } from '@/editor/diff';
import type { Editor, Origin } from '@/editor/editor';
import type { EditorRecord } from '@/editor/kinds/kinds';
import {
  type Draft,
  INITIAL,
  type SyncEvent,
  type SyncRequest,
  saveStateOf,
  unsavedOf,
} from './state';
import { step } from './step';
import type { Batch, Received, RecordSource, SaveState } from './types';

export type Sync = ReturnType<typeof createSync>;

type Changes = { uid: string; record: EditorRecord | null }[];

/**
 * Keeps an editor and the server alike: what a person changes is sent at once, one request at a
 * time, and what can't be sent stays in the source's store and is tried again. `step` decides; here are its
 * clock, its requests and the editor.
 */
export function createSync({ editor, source }: { editor: Editor; source: RecordSource }) {
  const { saving } = source;
  const listeners = new Set<() => void>();
  let state = INITIAL;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay = new AbortController();
  let isStoreDue = false;
  let kept = true;
  /** Counts what was handed to the store: the newest answer is the one that holds. */
  let stored = 0;
  let closed = false;
  let reads = 0;
  let shown: SaveState = { ...saveStateOf(state), kept };

  /** Gives back what it made the editor show. */
  function dispatch(event: SyncEvent): Changes {
    if (closed) return [];
    const before = state;
    const next = step(state, event);
    state = next.state;
    const changes = next.requests.flatMap(perform);
    if (before.unsaved !== state.unsaved || before.drafts !== state.drafts) storeSoon();
    publish();
    return changes;
  }

  function perform(request: SyncRequest): Changes {
    switch (request.type) {
      case 'send':
        void send(request.request, request.batch);
        return [];
      case 'abort':
        underWay.abort();
        return [];
      case 'timer':
        clearTimeout(timer);
        if (request.ms !== null) timer = setTimeout(() => dispatch({ type: 'timer' }), request.ms);
        return [];
      case 'show':
        show(request.changes, request.origin);
        return request.changes;
      default:
        return assertNever(request);
    }
  }

  async function send(request: number, batch: Batch) {
    if (!saving) return;
    const { transport } = saving;
    underWay = new AbortController();
    try {
      const saved = await transport.send(batch, underWay.signal);
      dispatch({ type: 'stored', request, saved });
    } catch (error) {
      dispatch({ type: 'failed', request, failure: transport.explain(error, batch) });
    }
  }

  function show(changes: Changes, origin: Origin) {
    const diff: Diff = { added: [], updated: [], removed: [] };
    for (const { uid, record } of changes) {
      const current = editor.get(uid);
      if (record && current) diff.updated.push([current, record]);
      else if (record) diff.added.push(record);
      else if (current) diff.removed.push(current);
    }
    editor.apply(diff, origin);
  }

  /** Once for all that happens now: a gesture may change a thousand records one by one. */
  function storeSoon() {
    if (isStoreDue) return;
    isStoreDue = true;
    queueMicrotask(storeNow);
  }

  function storeNow() {
    if (!isStoreDue) return;
    isStoreDue = false;
    stored += 1;
    const latest = stored;
    const end = (isKept: boolean) => {
      if (latest !== stored || kept === isKept) return;
      kept = isKept;
      publish();
    };
    saving?.store.store(unsavedOf(state)).then(
      () => end(true),
      (error: unknown) => {
        console.warn('what is unsaved cannot be kept in this browser', error);
        end(false);
      },
    );
  }

  function publish() {
    shown = { ...saveStateOf(state), kept };
    for (const listener of listeners) listener();
  }

  const unsubscribe = editor.subscribe(({ diff, origin }) => {
    if (origin !== 'user') return;
    const records = [...diff.added, ...diff.updated.map(([, to]) => to), ...diff.removed];
    const changes = records.map(({ uid }) => ({ uid, record: editor.get(uid) ?? null }));
    if (changes.length > 0) dispatch({ type: 'changed', changes });
  });

  const restored = (saving?.store.restore() ?? Promise.resolve([])).then(
    (unsaved) => void dispatch({ type: 'restored', unsaved }),
    (error: unknown) => {
      console.warn('this browser keeps nothing that is unsaved', error);
      kept = false;
      dispatch({ type: 'restored', unsaved: [] });
    },
  );

  return {
    /** Reads the stored records (anew); they go below what is unsaved. */
    async read() {
      await restored;
      dispatch({ type: 'stale' });
      reads += 1;
      const read = reads;
      const rows = await source.read();
      // Of two readings the later one knows more, whichever ends first.
      if (read === reads) dispatch({ type: 'loaded', rows });
    },
    loadPredictions: (records: EditorRecord[]) => void dispatch({ type: 'predictions', records }),
    /** What is shown is out of date in ways unknown: what comes is deferred until it is read anew. */
    markStale: () => void dispatch({ type: 'stale' }),
    /** Takes in what others did; gives back what of it was new here. */
    receive: (received: Received[]): Changes => dispatch({ type: 'received', received }),
    draft: (uid: string) => state.drafts.get(uid) ?? null,
    /** Keeps a change that is being typed; null when that is over. */
    setDraft: (uid: string, draft: Draft | null) => void dispatch({ type: 'drafted', uid, draft }),
    /** Makes what was typed a change, the text being as it is shown. */
    commitDraft(uid: string) {
      const draft = state.drafts.get(uid);
      if (!draft) return;
      const record = editor.get(uid);
      // The change comes first, so that there is no moment in which neither is unsaved.
      if (record) editor.update(record, draft);
      dispatch({ type: 'drafted', uid, draft: null });
    },
    resolve: (uid: string, choice: 'mine' | 'theirs') =>
      void dispatch({ type: 'resolved', uid, choice }),
    /** Gives up what was refused, and shows what the server has. */
    discard: () => void dispatch({ type: 'discarded' }),
    retry: () => void dispatch({ type: 'retried' }),
    state: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      storeNow();
      closed = true;
      unsubscribe();
      clearTimeout(timer);
      saving?.store.close();
    },
  };
}
