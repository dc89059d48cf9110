import { describe, expect, it } from 'vitest';
import { INITIAL, type SyncEvent, type SyncState, saveStateOf } from './state';
import { step } from './step';
import {
  base,
  CHANGED,
  conflict,
  edit,
  lost,
  named,
  READ,
  refused,
  run,
  SENT,
  span,
  timer,
} from './testing-step';

/** The states, by a way there. */
const STATES = {
  saved: READ,
  changed: CHANGED,
  sent: SENT,
  'sent, changed since': [...SENT, edit(span('newer'))],
  late: [...SENT, timer],
  waiting: [...SENT, lost],
  refused: [...SENT, refused],
  'refused by itself': [...SENT, named],
  conflict: [...SENT, conflict],
} satisfies Record<string, SyncEvent[]>;

const EVENTS = {
  edit: edit(span('again')),
  'take back': edit(span(null)),
  delete: edit(null),
  timer,
  stored: {
    type: 'stored',
    request: 1,
    saved: { rev: 2, rows: [base('mine', 2)], deleted: [] },
  },
  lost,
  refused,
  named,
  conflict,
  received: { type: 'received', received: [{ uid: 's', ...base('theirs', 2) }] },
  'keep mine': { type: 'resolved', uid: 's', choice: 'mine' },
  'take theirs': { type: 'resolved', uid: 's', choice: 'theirs' },
  discard: { type: 'discarded' },
  retry: { type: 'retried' },
  'too late': { type: 'stored', request: 0, saved: { rev: 9, rows: [base('?', 9)], deleted: [] } },
} satisfies Record<string, SyncEvent>;

const shortly = ({ unsaved, link, base: known }: SyncState) =>
  `${unsaved.get('s')?.status ?? 'saved'}, ${link}, rev ${known.get('s')?.rev ?? '-'}`;

const STAYS = null;

/** Where each event leads from each state: the record, what is done about it, the base’s rev. */
const TABLE: Record<
  keyof typeof STATES,
  Record<keyof typeof EVENTS, string | null> & { before: string }
> = {
  saved: {
    before: 'saved, idle, rev 1',
    edit: 'changed, due, rev 1',
    'take back': STAYS,
    delete: 'changed, due, rev 1',
    timer: STAYS,
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: 'saved, idle, rev 2',
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: STAYS,
    retry: STAYS,
    'too late': STAYS,
  },
  changed: {
    before: 'changed, due, rev 1',
    edit: STAYS,
    'take back': 'saved, idle, rev 1',
    delete: STAYS,
    timer: 'sent, sending, rev 1',
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: STAYS,
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: STAYS,
    retry: STAYS,
    'too late': STAYS,
  },
  sent: {
    before: 'sent, sending, rev 1',
    edit: 'sent-changed, sending, rev 1',
    'take back': 'sent-changed, sending, rev 1',
    delete: 'sent-changed, sending, rev 1',
    timer: 'sent, late, rev 1',
    stored: 'saved, idle, rev 2',
    lost: 'changed, waiting, rev 1',
    refused: 'changed, refused, rev 1',
    named: 'refused, idle, rev 1',
    conflict: 'conflict, idle, rev 1',
    received: STAYS,
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: STAYS,
    retry: STAYS,
    'too late': STAYS,
  },
  'sent, changed since': {
    before: 'sent-changed, sending, rev 1',
    edit: STAYS,
    'take back': STAYS,
    delete: STAYS,
    timer: 'sent-changed, late, rev 1',
    stored: 'changed, due, rev 2',
    lost: 'changed, waiting, rev 1',
    refused: 'changed, refused, rev 1',
    named: 'changed, due, rev 1',
    conflict: 'conflict, idle, rev 1',
    received: STAYS,
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: STAYS,
    retry: STAYS,
    'too late': STAYS,
  },
  late: {
    before: 'sent, late, rev 1',
    edit: 'sent-changed, late, rev 1',
    'take back': 'sent-changed, late, rev 1',
    delete: 'sent-changed, late, rev 1',
    timer: 'changed, waiting, rev 1',
    stored: 'saved, idle, rev 2',
    lost: 'changed, waiting, rev 1',
    refused: 'changed, refused, rev 1',
    named: 'refused, idle, rev 1',
    conflict: 'conflict, idle, rev 1',
    received: STAYS,
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: STAYS,
    retry: 'changed, due, rev 1',
    'too late': STAYS,
  },
  waiting: {
    before: 'changed, waiting, rev 1',
    edit: 'changed, due, rev 1',
    'take back': 'changed, due, rev 1',
    delete: 'changed, due, rev 1',
    timer: 'sent, sending, rev 1',
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: STAYS,
    'keep mine': 'changed, due, rev 1',
    'take theirs': 'changed, due, rev 1',
    discard: STAYS,
    retry: 'changed, due, rev 1',
    'too late': STAYS,
  },
  refused: {
    before: 'changed, refused, rev 1',
    edit: 'changed, due, rev 1',
    'take back': 'changed, due, rev 1',
    delete: 'changed, due, rev 1',
    timer: STAYS,
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: STAYS,
    'keep mine': 'changed, due, rev 1',
    'take theirs': 'changed, due, rev 1',
    discard: 'saved, idle, rev 1',
    retry: 'changed, due, rev 1',
    'too late': STAYS,
  },
  'refused by itself': {
    before: 'refused, idle, rev 1',
    edit: 'changed, due, rev 1',
    'take back': 'changed, due, rev 1',
    delete: 'changed, due, rev 1',
    timer: STAYS,
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: STAYS,
    'keep mine': STAYS,
    'take theirs': STAYS,
    discard: 'saved, idle, rev 1',
    retry: 'changed, due, rev 1',
    'too late': STAYS,
  },
  conflict: {
    before: 'conflict, idle, rev 1',
    edit: STAYS,
    'take back': STAYS,
    delete: STAYS,
    timer: STAYS,
    stored: STAYS,
    lost: STAYS,
    refused: STAYS,
    named: STAYS,
    conflict: STAYS,
    received: STAYS,
    'keep mine': 'changed, due, rev 2',
    'take theirs': 'saved, idle, rev 2',
    discard: STAYS,
    retry: STAYS,
    'too late': STAYS,
  },
};

describe('transitions', () => {
  for (const [name, { before, ...row }] of Object.entries(TABLE)) {
    const state = run(STATES[name as keyof typeof STATES]);
    it(`${name}: is ${before}`, () => expect(shortly(state)).toBe(before));
    it.each(Object.entries(row))(`${name}: %s`, (event, end) => {
      const next = run([EVENTS[event as keyof typeof EVENTS]], state);
      expect(shortly(next)).toBe(end ?? before);
      // A person is told of whatever the server may not have.
      const { waiting, loaded } = saveStateOf(next);
      expect(waiting === 0 && loaded).toBe(next.unsaved.size === 0);
    });
  }

  it('leaves the state before it as it is', () => {
    const plain = (state: SyncState) => structuredClone({ ...state, base: new Map(state.base) });
    for (const way of Object.values(STATES)) {
      const state = run(way);
      const before = plain(state);
      for (const event of Object.values(EVENTS)) step(state, event);
      expect(plain(state)).toEqual(before);
    }
  });

  it('has a timer wherever it waits for one, and none elsewhere', () => {
    for (const way of Object.values(STATES)) {
      let timer: number | null = null;
      let state = INITIAL;
      for (const event of way) {
        const next = step(state, event);
        for (const request of next.requests) if (request.type === 'timer') timer = request.ms;
        state = next.state;
      }
      const isTimed = state.link !== 'idle' && state.link !== 'refused';
      expect(timer !== null, state.link).toBe(isTimed);
    }
  });
});
