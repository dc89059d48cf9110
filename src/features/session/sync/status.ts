/** Where a record stands between this window and the server. */
export type Status =
  /** The server has what is shown. */
  | 'saved'
  /** Waits for the next request. */
  | 'changed'
  /** In the request under way. */
  | 'sent'
  /** In the request under way, and changed since. */
  | 'sent-changed'
  /** The server has a version that this one was not made from: a person has to choose. */
  | 'conflict'
  /** Waits for the choice about another record. */
  | 'blocked'
  /** The server will not have it so: a person has to change it or give it up, or what is in its way has to go. */
  | 'refused';

/** What can happen to a record. */
export type Happening =
  /** A person changed it, or took a change back. */
  | 'edit'
  | 'send'
  /** The server has stored the version that was sent last. */
  | 'acknowledge'
  /** The request ended without it being stored, or without an answer. */
  | 'fail'
  | 'conflict'
  | 'block'
  | 'refuse'
  /** It is tried once more. */
  | 'retry'
  | 'keep-mine'
  | 'take-theirs'
  | 'discard';

/**
 * What happens to a record, and where it then stands. From `changed` it goes on to `saved` by
 * itself when the server has that version already; null is what cannot happen there.
 */
export const NEXT: Record<Status, Record<Happening, Status | null>> = {
  saved: {
    edit: 'changed',
    send: null,
    acknowledge: null,
    fail: null,
    // Somebody else's review of the same prediction made it.
    conflict: 'conflict',
    block: null,
    refuse: null,
    retry: null,
    'keep-mine': null,
    'take-theirs': null,
    discard: null,
  },
  changed: {
    edit: 'changed',
    send: 'sent',
    acknowledge: null,
    fail: null,
    conflict: 'conflict',
    block: 'blocked',
    refuse: null,
    retry: null,
    'keep-mine': null,
    'take-theirs': null,
    discard: 'saved',
  },
  sent: {
    edit: 'sent-changed',
    send: null,
    acknowledge: 'saved',
    fail: 'changed',
    conflict: 'conflict',
    block: 'blocked',
    refuse: 'refused',
    retry: null,
    'keep-mine': null,
    'take-theirs': null,
    discard: null,
  },
  'sent-changed': {
    edit: 'sent-changed',
    send: null,
    acknowledge: 'changed',
    fail: 'changed',
    conflict: 'conflict',
    block: 'blocked',
    refuse: 'changed',
    retry: null,
    'keep-mine': null,
    'take-theirs': null,
    discard: null,
  },
  conflict: {
    edit: 'conflict',
    send: null,
    acknowledge: null,
    fail: null,
    conflict: 'conflict',
    block: null,
    refuse: null,
    retry: null,
    'keep-mine': 'changed',
    'take-theirs': 'saved',
    discard: null,
  },
  blocked: {
    edit: 'blocked',
    send: null,
    acknowledge: null,
    fail: null,
    conflict: 'conflict',
    block: 'blocked',
    refuse: null,
    retry: null,
    'keep-mine': 'changed',
    'take-theirs': 'saved',
    discard: null,
  },
  refused: {
    edit: 'changed',
    send: null,
    acknowledge: null,
    fail: null,
    conflict: 'conflict',
    block: 'blocked',
    refuse: null,
    retry: 'changed',
    'keep-mine': null,
    'take-theirs': null,
    discard: 'saved',
  },
};
