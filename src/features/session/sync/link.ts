import { assertNever } from '@/contract/assert-never';
/** What this window is doing about what it has to send. */
export type Link =
  | 'idle'
  /** Sends as soon as what runs now has ended, so that changes made together go together. */
  | 'due'
  | 'sending'
  /** Sending, and the answer takes so long that a person should know. */
  | 'late'
  /** Tries again in a while. */
  | 'waiting'
  /** Does not try again by itself. */
  | 'refused';

export type LinkEvent =
  /** There is something to send that was not there before, or a person says: now. */
  | 'change'
  | 'retry'
  | 'timer'
  /**
   * The request under way ended: it was stored, some of its records have to wait for a person, it had no answer, it
   * was refused as a whole.
   */
  | 'stored'
  | 'parted'
  | 'lost'
  | 'refused'
  /** Nothing is left to send. */
  | 'empty';

/** null: cannot happen there. */
export const NEXT_LINK: Record<Link, Record<LinkEvent, Link | null>> = {
  idle: {
    change: 'due',
    retry: 'due',
    timer: 'idle',
    stored: null,
    parted: null,
    lost: null,
    refused: null,
    empty: 'idle',
  },
  due: {
    change: 'due',
    retry: 'due',
    timer: 'sending',
    stored: null,
    parted: null,
    lost: null,
    refused: null,
    empty: 'idle',
  },
  sending: {
    change: 'sending',
    retry: 'sending',
    timer: 'late',
    stored: 'due',
    parted: 'due',
    lost: 'waiting',
    refused: 'refused',
    empty: 'sending',
  },
  late: {
    change: 'late',
    // The old request is given up; sending its changes again is harmless.
    retry: 'due',
    timer: 'waiting',
    stored: 'due',
    parted: 'due',
    lost: 'waiting',
    refused: 'refused',
    empty: 'late',
  },
  waiting: {
    change: 'due',
    retry: 'due',
    timer: 'sending',
    stored: null,
    parted: null,
    lost: null,
    refused: null,
    empty: 'idle',
  },
  refused: {
    change: 'due',
    retry: 'due',
    timer: 'refused',
    stored: null,
    parted: null,
    lost: null,
    refused: null,
    empty: 'idle',
  },
};

export const LATE_MS = 10_000;
/** After it a request that is late is given up. */
export const GIVE_UP_MS = 20_000;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 15_000;

/** How long it stays there until its timer; null is until something happens. */
export function waitMs(link: Link, failures: number): number | null {
  switch (link) {
    case 'idle':
    case 'refused':
      return null;
    case 'due':
      return 0;
    case 'sending':
      return LATE_MS;
    case 'late':
      return GIVE_UP_MS;
    case 'waiting':
      return Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_MOST_MS);
    default:
      return assertNever(link);
  }
}
