import type { AnnotationDiff } from '@/contract/annotations';
import type { Refusal } from '@/contract/errors';
import type { Prediction } from '@/contract/predictions';
import type { SpanDiff } from '@/contract/spans';
import type { EditorRecord } from '@/editor/kinds/kinds';

/** A record's last version that the server confirmed. */
export type Base = { record: EditorRecord; rev: number };

/** A record as a revision left it; null when that deleted it. */
export type Received = { uid: string; record: EditorRecord | null; rev: number };

/** What survives a reload: a version that the server may not have, and the one it was made from. */
export type Unsaved = {
  uid: string;
  mine: EditorRecord | null;
  base: Base | null;
  /** The rev of a deletion that it takes back. */
  deleted: number | null;
  /** Versions that were sent without an answer, so that nobody knows whether they are stored. */
  attempts: (EditorRecord | null)[];
};

/** Where unsaved changes outlive the page. */
export type KeptList<Item> = {
  /** What an earlier page left behind; from now on it is this page's. */
  restore(): Promise<Item[]>;
  /** Replaces what this page has stored; rejects when there is no room. */
  store(items: Item[]): Promise<void>;
  close(): void;
};
export type UnsavedStore = KeptList<Unsaved>;

export type Review = Pick<Prediction, 'id' | 'status' | 'spanUid' | 'inBulk'>;

/** What one request saves. */
export type Batch =
  | { entity: 'span'; diff: SpanDiff; reviews: Review[] }
  | { entity: 'annotation'; diff: AnnotationDiff };

/** The server's answer to a batch: rows as they now are, and the rev of what is deleted. */
export type Saved = { rev: number; rows: Base[]; deleted: string[] };

/**
 * Why a batch was not saved. `passing` may have been stored all the same: no answer came. What was refused for some
 * of its records alone names them.
 */
export type Failure =
  | { type: 'passing'; message: string }
  | { type: 'conflict'; conflicts: { uid: string; current: Base | null; rev: number }[] }
  | { type: 'refused'; message: string; records?: Refusal[] };

/** Sends a batch; a rejection is read by `explain`. */
export type Transport = {
  send(batch: Batch, signal: AbortSignal): Promise<Saved>;
  explain(error: unknown, batch: Batch): Failure;
};

/** Where a session's records come from and, unless they can only be looked at, where changes go. */
export type RecordSource = {
  read(): Promise<Base[]>;
  saving: { transport: Transport; store: UnsavedStore } | null;
};

/** Both versions of a record that changed on the server since it was read here. */
export type OpenConflict = { uid: string; mine: EditorRecord | null; theirs: EditorRecord | null };

export type SaveState = {
  /** False until the stored records have been read. */
  loaded: boolean;
  /** Records with a change, or a draft of one, that the server does not have yet. */
  waiting: number;
  saving: boolean;
  /** The request under way has had no answer for a while. */
  late: boolean;
  /** Whether what waits would survive the page. */
  kept: boolean;
  /** Why something is not being saved; null when all is well. Not tried again by itself when `final`. */
  problem: { message: string; final: boolean } | null;
  /** The changes that the problem holds back. */
  notSaved: number;
  /** Records that were refused by themselves, while all else is saved. */
  refused: string[];
  conflicts: OpenConflict[];
};
