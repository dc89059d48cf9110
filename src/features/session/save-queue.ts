import type { Annotation, AnnotationDiff } from '@/contract/annotations';
import { assertNever } from '@/contract/assert-never';
import type { Conflict } from '@/contract/errors';
import type { PredictionStatus } from '@/contract/predictions';
import type { ApplyResult } from '@/contract/records';
import type { Span, SpanDiff } from '@/contract/spans';
import type { Diff } from '@/editor/diff';
import type { Editor } from '@/editor/editor';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import type { MarkerRecord } from '@/editor/kinds/marker';
import type { SpanRecord } from '@/editor/kinds/span';
import { sameFields } from '@/editor/records';
import { annotationFieldsOf, fromServer, spanFieldsOf } from './wire';

export type Review = { id: number; status: PredictionStatus; spanUid: string | null };

/** The server, as the queue needs it. */
export type Transport = {
  applySpans(diff: SpanDiff): Promise<ApplyResult<Span>>;
  applyAnnotations(diff: AnnotationDiff): Promise<ApplyResult<Annotation>>;
  review(reviews: Review[], diff: SpanDiff): Promise<ApplyResult<Span>>;
};

/** Why a save did not happen. */
export type Failure =
  | { type: 'passing'; message: string }
  | { type: 'conflict'; conflicts: Conflict<Span | Annotation>[] }
  | { type: 'refused'; message: string };

/** Both versions of a record that changed on the server since it was read here. */
export type OpenConflict = { uid: string; mine: EditorRecord | null; theirs: EditorRecord | null };

export type SaveState = {
  /** False until the stored records have been read. */
  loaded: boolean;
  /** Records whose change the server does not have yet. */
  waiting: number;
  saving: boolean;
  /** Why nothing is being saved, and when it is tried again; null when all is well. */
  problem: { message: string; final: boolean } | null;
  conflicts: OpenConflict[];
};

/** A record's last version that the server confirmed. */
type Known = { record: EditorRecord; rev: number };
/** A record as a revision left it; null when that deleted it. */
export type Received = { uid: string; record: EditorRecord | null; rev: number };
/** What survives a reload: a version that was not saved, and the one it was made from. */
export type Unsaved = { uid: string; mine: EditorRecord | null; known: Known | null };
export type Keep = { load(): Unsaved[]; store(unsaved: Unsaved[]): void };

export type SaveQueue = ReturnType<typeof createSaveQueue>;

const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 15_000;
const MAX_RECORDS = 1_000;

/**
 * Saves what a person changes in `editor`: at once, one request at a time, everything that changed
 * meanwhile in the next one. What can't be saved stays in `keep` and is tried again.
 */
export function createSaveQueue(options: {
  editor: Editor;
  transport: Transport;
  keep: Keep;
  explain: (error: unknown) => Failure;
}) {
  const { editor, transport, keep, explain } = options;
  const known = new Map<string, Known>();
  const dirty = new Set<string>();
  const inFlight = new Set<string>();
  const conflicts = new Map<string, OpenConflict & { base: Known | null }>();
  /** The newest rev heard of for each uid, deletions included. */
  const heard = new Map<string, number>();
  /** What came of records that are unsaved here, or before the stored ones were read. */
  const held = new Map<string, Received>();
  const listeners = new Set<() => void>();
  let loaded = false;
  let saving = false;
  let problem: SaveState['problem'] = null;
  let retryMs = RETRY_FIRST_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: SaveState = { loaded, waiting: 0, saving, problem: null, conflicts: [] };

  function publish() {
    if (held.size > 0) receive([...held.values()]);
    const unsaved = new Set([...dirty, ...inFlight, ...conflicts.keys()]);
    keep.store(
      [...unsaved].map((uid) => ({
        uid,
        mine: editor.get(uid) ?? null,
        // A conflict is kept on its old base, so that it is asked about again after a reload.
        known: conflicts.get(uid)?.base ?? known.get(uid) ?? null,
      })),
    );
    state = { loaded, waiting: unsaved.size, saving, problem, conflicts: [...conflicts.values()] };
    for (const listener of listeners) listener();
  }

  function touch(diff: Diff) {
    for (const record of [...diff.added, ...diff.updated.map(([, to]) => to), ...diff.removed]) {
      dirty.add(record.uid);
    }
    publish();
    schedule(0);
  }

  function schedule(ms: number) {
    if (saving) return;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  }

  async function flush() {
    if (saving) return;
    const batch = takeBatch();
    if (!batch) return publish();
    saving = true;
    for (const uid of batch.uids) inFlight.add(uid);
    publish();
    try {
      await send(batch);
      problem = null;
      retryMs = RETRY_FIRST_MS;
    } catch (error) {
      for (const uid of batch.uids) dirty.add(uid);
      handle(explain(error));
    } finally {
      saving = false;
      inFlight.clear();
      publish();
    }
    if (!problem) schedule(0);
    else if (!problem.final) {
      schedule(retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MOST_MS);
    }
  }

  function handle(failure: Failure) {
    if (failure.type !== 'conflict') {
      problem = { message: failure.message, final: failure.type === 'refused' };
      return;
    }
    for (const { uid, current } of failure.conflicts) {
      const theirs = current ? fromServer(current) : null;
      const base = known.get(uid) ?? null;
      conflicts.set(uid, { uid, mine: editor.get(uid) ?? null, theirs, base });
      if (theirs && current) know(theirs, current.rev);
      else known.delete(uid);
      dirty.delete(uid);
    }
    problem = null;
  }

  /** What of the dirty records the server does not have, as one request; null when that is nothing. */
  function takeBatch() {
    const spans: SpanDiff = { created: [], updated: [], deleted: [] };
    const annotations: AnnotationDiff = { created: [], updated: [], deleted: [] };
    const reviews: Review[] = [];
    const uids: string[] = [];
    for (const uid of dirty) {
      if (uids.length >= MAX_RECORDS) break;
      if (conflicts.has(uid)) continue;
      dirty.delete(uid);
      const record = editor.get(uid);
      const before = known.get(uid);
      if (record && before && sameFields(record, before.record)) continue;
      if (!record && !before) continue;
      const any = record ?? before?.record;
      if (!any) continue;
      uids.push(uid);
      const { entity } = definitionOf(any.kind).storage;
      switch (entity) {
        case 'span':
          collect(spans, uid, record as SpanRecord | undefined, before, spanFieldsOf);
          break;
        case 'annotation':
          collect(annotations, uid, record as MarkerRecord | undefined, before, annotationFieldsOf);
          break;
        case 'prediction':
          if (record?.kind === 'prediction') {
            reviews.push({ id: record.id, status: record.status, spanUid: record.spanUid });
          }
          break;
        case 'none':
          uids.pop();
          break;
        default:
          assertNever(entity);
      }
    }
    return uids.length > 0 ? { spans, annotations, reviews, uids } : null;
  }

  async function send(batch: NonNullable<ReturnType<typeof takeBatch>>) {
    const { spans, annotations, reviews } = batch;
    if (reviews.length > 0) {
      stored(await transport.review(reviews, spans), spans.deleted);
      for (const { id, ...review } of reviews) reviewed(id, review);
    } else if (size(spans) > 0) stored(await transport.applySpans(spans), spans.deleted);
    if (size(annotations) > 0) {
      stored(await transport.applyAnnotations(annotations), annotations.deleted);
    }
  }

  function stored(result: ApplyResult<Span | Annotation>, deleted: { uid: string }[]) {
    for (const row of result.rows) learn(fromServer(row), row.rev);
    for (const { uid } of deleted) {
      known.delete(uid);
      if (loaded) heard.set(uid, result.rev);
      else hold({ uid, record: null, rev: result.rev });
    }
  }

  function know(record: EditorRecord, rev: number) {
    known.set(record.uid, { record, rev });
    heard.set(record.uid, rev);
  }

  function hold(received: Received) {
    const { rev } = held.get(received.uid) ?? { rev: -1 };
    if (received.rev > rev) held.set(received.uid, received);
  }

  /** Takes in what others did; tells which records it was new for. */
  function receive(all: Received[]): Received[] {
    const taken: Received[] = [];
    for (const received of all) {
      const { uid, rev } = received;
      if (!loaded) {
        hold(received);
      } else if (rev <= (heard.get(uid) ?? -1)) {
        held.delete(uid);
      } else if (isPending(received) || conflicts.has(uid)) {
        // If its own save is stale now, the server says so.
        hold(received);
      } else {
        held.delete(uid);
        taken.push(received);
        if (received.record) know(received.record, rev);
        else known.delete(uid);
        heard.set(uid, rev);
      }
    }
    const diff: Diff = { added: [], updated: [], removed: [] };
    for (const { uid, record } of taken) {
      const mine = editor.get(uid);
      if (record && mine) diff.updated.push([mine, record]);
      else if (record) diff.added.push(record);
      else if (mine) diff.removed.push(mine);
    }
    editor.apply(diff, 'server');
    return taken;
  }

  function reviewed(id: number, review: Omit<Review, 'id'>) {
    const uid = `prediction:${id}`;
    const record = known.get(uid)?.record;
    if (record?.kind === 'prediction') known.set(uid, { record: { ...record, ...review }, rev: 0 });
  }

  /** Takes in a row as the server has it; the editor keeps a person's newer fields, and learns the id. */
  function learn(record: EditorRecord, rev: number) {
    know(record, rev);
    if (!loaded) hold({ uid: record.uid, record, rev });
    const current = editor.get(record.uid);
    if (current && current.kind !== 'prediction' && current.id === null) {
      editor.apply(
        {
          added: [],
          updated: [[current, { ...current, id: record.id } as EditorRecord]],
          removed: [],
        },
        'server',
      );
    }
  }

  const isPending = ({ uid }: { uid: string }) => dirty.has(uid) || inFlight.has(uid);

  /** Turns the records shown of one kind into those that the server has. */
  function show(shown: EditorRecord[], records: EditorRecord[]) {
    const wanted = new Map(records.map((record) => [record.uid, record]));
    const updated: Diff['updated'] = [];
    const removed: EditorRecord[] = [];
    for (const record of shown) {
      const now = wanted.get(record.uid);
      if (now) updated.push([record, now]);
      else removed.push(record);
    }
    const added = records.filter(({ uid }) => !editor.get(uid));
    editor.apply({ added, updated, removed }, 'server');
  }

  const stop = editor.subscribe(({ diff, origin }) => {
    if (origin === 'user') touch(diff);
  });

  return {
    /** Rows as the server has them: they go into the editor, below what was left unsaved. */
    load(rows: { record: EditorRecord; rev: number }[]) {
      // What a person did before the rows were here is theirs, and waits to be saved.
      const shown = [...editor.records().values()].filter(
        (record) => record.kind !== 'prediction' && !isPending(record),
      );
      for (const { uid } of shown) known.delete(uid);
      heard.clear();
      for (const { record, rev } of rows) know(record, rev);
      show(
        shown,
        rows.map(({ record }) => record),
      );
      for (const { uid, mine, known: before } of keep.load()) {
        // The old base is what the change was made on: if the row moved on, the server says so.
        if (before) known.set(uid, before);
        const current = editor.get(uid);
        if (mine && current)
          editor.apply({ added: [], updated: [[current, mine]], removed: [] }, 'server');
        else if (mine) editor.apply({ added: [mine], updated: [], removed: [] }, 'server');
        else if (current) editor.apply({ added: [], updated: [], removed: [current] }, 'server');
        dirty.add(uid);
      }
      loaded = true;
      publish();
      schedule(0);
    },
    receive,
    /** What is shown is out of date in ways unknown: what comes is held until `load`. */
    outdate() {
      loaded = false;
      publish();
    },
    /** Predictions come and go with the run that is shown; they are never unsaved. */
    loadPredictions(records: EditorRecord[]) {
      const shown = [...editor.records().values()].filter(
        (record) => record.kind === 'prediction' && !isPending(record),
      );
      for (const record of records) {
        if (!isPending(record)) known.set(record.uid, { record, rev: 0 });
      }
      show(shown, records);
    },
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** A person's choice for one conflict: their own version over the server's, or the server's. */
    resolve(uid: string, choice: 'mine' | 'theirs') {
      const conflict = conflicts.get(uid);
      if (!conflict) return;
      conflicts.delete(uid);
      if (choice === 'mine') dirty.add(uid);
      else adopt(uid, conflict.theirs);
      publish();
      schedule(0);
    },
    /** Gives up what could not be saved, and shows what the server has. */
    discard() {
      for (const uid of [...dirty]) adopt(uid, known.get(uid)?.record ?? null);
      dirty.clear();
      problem = null;
      publish();
    },
    retry() {
      problem = null;
      schedule(0);
    },
    close() {
      stop();
      clearTimeout(timer);
    },
  };

  function adopt(uid: string, theirs: EditorRecord | null) {
    const mine = editor.get(uid);
    editor.apply(
      {
        added: theirs && !mine ? [theirs] : [],
        updated: theirs && mine ? [[mine, theirs]] : [],
        removed: mine && !theirs ? [mine] : [],
      },
      'server',
    );
  }
}

const size = (diff: SpanDiff | AnnotationDiff) =>
  diff.created.length + diff.updated.length + diff.deleted.length;

function collect<R extends EditorRecord, F>(
  diff: {
    created: (F & { uid: string })[];
    updated: (F & { uid: string; rev: number })[];
    deleted: { uid: string; rev: number }[];
  },
  uid: string,
  record: R | undefined,
  before: Known | undefined,
  fields: (record: R) => F,
) {
  if (record && before) diff.updated.push({ ...fields(record), uid, rev: before.rev });
  else if (record) diff.created.push({ ...fields(record), uid });
  else if (before) diff.deleted.push({ uid, rev: before.rev });
}
