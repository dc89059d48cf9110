import type { Origin } from '@/editor/editor';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { VersionedMap } from '@/editor/versioned-map';
import { type Change, isDue } from './batch';
import type { Link } from './link';
import type { Status } from './status';
import type { Base, Batch, Failure, Received, Saved, SaveState, Unsaved } from './types';

/** A record that the server may not have as it is here. */
export type Entry = {
  status: Exclude<Status, 'saved'>;
  mine: EditorRecord | null;
  attempts: readonly (EditorRecord | null)[];
  /** In conflict: what the server has. */
  theirs: Omit<Received, 'uid'> | null;
  /** Blocked: the uid of the conflict that decides. */
  blockedBy: string | null;
  /** Why the server refused it last; null once it is changed, so that trying it again does not hide it. */
  refusal: string | null;
};

/** A change that is being typed: fields that the record is going to have. */
export type Draft = Partial<EditorRecord>;

/** What one window knows of one chart's records, and what it is doing about them. */
export type SyncState = {
  /** The stored records have been read, and nothing is known to have been missed since. */
  loaded: boolean;
  /** What an earlier page left unsaved has been taken over. */
  restored: boolean;
  base: VersionedMap<Base>;
  /** The revs that deleted records; with `base`, the newest rev seen of each uid. */
  deleted: ReadonlyMap<string, number>;
  unsaved: ReadonlyMap<string, Entry>;
  drafts: ReadonlyMap<string, Draft>;
  /** What others did to records that are unsaved here, or that are being read anew. */
  deferred: ReadonlyMap<string, Received>;
  link: Link;
  /** The last request; an answer to another one is too late. */
  request: number;
  /** Requests in a row that had no answer. */
  failures: number;
  problem: SaveState['problem'];
};

export const INITIAL: SyncState = {
  loaded: false,
  restored: false,
  base: new VersionedMap(),
  deleted: new Map(),
  unsaved: new Map(),
  drafts: new Map(),
  deferred: new Map(),
  link: 'idle',
  request: 0,
  failures: 0,
  problem: null,
};

export type SyncEvent =
  /** What an earlier page left unsaved. */
  | { type: 'restored'; unsaved: Unsaved[] }
  /** The stored records but predictions, as they were read. */
  | { type: 'loaded'; rows: Base[] }
  /** What is shown is out of date in ways unknown: what comes is deferred until `loaded`. */
  | { type: 'stale' }
  /** The predictions of the run that is shown. */
  | { type: 'predictions'; records: EditorRecord[] }
  /** A person changed records; null is deleted. */
  | { type: 'changed'; changes: { uid: string; record: EditorRecord | null }[] }
  /** A person is typing; null when that is over. */
  | { type: 'drafted'; uid: string; draft: Draft | null }
  /** Others changed records, or an echo of what this window did. */
  | { type: 'received'; received: Received[] }
  | { type: 'timer' }
  | { type: 'stored'; request: number; saved: Saved }
  | { type: 'failed'; request: number; failure: Failure }
  /** A person's choice for one conflict. */
  | { type: 'resolved'; uid: string; choice: 'mine' | 'theirs' }
  /** A person gives up what was refused. */
  | { type: 'discarded' }
  | { type: 'retried' };

/** What the driver is to do after an event. */
export type SyncRequest =
  | { type: 'send'; request: number; batch: Batch }
  | { type: 'abort' }
  /** Fires once after this long, in place of the one that was set before; null is never. */
  | { type: 'timer'; ms: number | null }
  /** Shows versions of the server, or of an earlier page; null takes a record away. */
  | {
      type: 'show';
      changes: { uid: string; record: EditorRecord | null }[];
      origin: Exclude<Origin, 'user'>;
    };

export type SyncStep = { state: SyncState; requests: SyncRequest[] };

/** Whether a record is not to be replaced by what others did. */
export const isPending = ({ unsaved, drafts }: SyncState, uid: string) =>
  unsaved.has(uid) || drafts.has(uid);

export const seenRev = ({ base, deleted }: SyncState, uid: string): number =>
  base.get(uid)?.rev ?? deleted.get(uid) ?? -1;

export const changeOf = (state: SyncState, uid: string, entry: Entry): Change => ({
  uid,
  mine: entry.mine,
  base: state.base.get(uid) ?? null,
  deleted: state.deleted.get(uid) ?? 0,
  attempts: entry.attempts,
});

/** What has to be sent now. */
export function dueChanges(state: SyncState): Change[] {
  const due: Change[] = [];
  for (const [uid, entry] of state.unsaved) {
    if (entry.status !== 'changed') continue;
    const change = changeOf(state, uid, entry);
    if (isDue(change)) due.push(change);
  }
  return due;
}

/** What has to outlive the page: a draft as the change that it is going to be. */
export function unsavedOf(state: SyncState): Unsaved[] {
  const uids = new Set([...state.unsaved.keys(), ...state.drafts.keys()]);
  return [...uids].flatMap((uid) => {
    const entry = state.unsaved.get(uid);
    const base = state.base.get(uid) ?? null;
    const mine = entry ? entry.mine : (base?.record ?? null);
    const draft = state.drafts.get(uid);
    const record = mine && draft ? ({ ...mine, ...draft } as EditorRecord) : mine;
    const deleted = state.deleted.get(uid) ?? null;
    return [{ uid, mine: record, base, deleted, attempts: [...(entry?.attempts ?? [])] }];
  });
}

export function saveStateOf(state: SyncState): Omit<SaveState, 'kept'> {
  const { link } = state;
  const waiting = new Set([...state.unsaved.keys(), ...state.drafts.keys()]).size;
  const refused = [...state.unsaved].filter(([, { refusal }]) => refusal !== null);
  const refusals = refused.map(([, { refusal }]) => refusal ?? '');
  const problem = state.problem ?? (refused.length > 0 ? problemOf(refusals) : null);
  return {
    loaded: state.loaded && state.restored,
    waiting,
    notSaved: state.problem ? waiting : refused.length,
    refused: refused.map(([uid]) => uid),
    saving: link === 'sending' || link === 'late',
    late: link === 'late',
    problem,
    conflicts: [...state.unsaved].flatMap(([uid, { status, mine, theirs }]) =>
      status === 'conflict'
        ? [{ uid, mine: mine ?? blockedSpan(state, uid), theirs: theirs?.record ?? null }]
        : [],
    ),
  };
}

function problemOf([first = '', ...others]: string[]): SaveState['problem'] {
  const reason = first.endsWith('.') ? first : `${first}.`;
  const count = others.length;
  const rest = count === 0 ? '' : ` ${count} more ${count === 1 ? 'is' : 'are'} refused.`;
  return { message: `${reason} All else is saved.${rest}`, final: true };
}

/** The span that waits for the choice about another one: what a person would have there. */
function blockedSpan({ unsaved }: SyncState, uid: string): EditorRecord | null {
  for (const { blockedBy, mine } of unsaved.values()) {
    if (blockedBy === uid && mine?.kind === 'span') return mine;
  }
  return null;
}
