import { describe, expect, it } from 'vitest';
import { completeSpan } from '@/contract/spans';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import {
  dueChanges,
  INITIAL,
  type SyncEvent,
  type SyncState,
  saveStateOf,
  unsavedOf,
} from './state';
import { step } from './step';
import type { Base } from './types';

const span = (notes: string | null, uid = 's'): SpanRecord => ({
  kind: 'span',
  uid,
  id: 1,
  ...completeSpan({ startTime: 1, endTime: 2, label: 'flag', notes }),
});
const prediction: PredictionRecord = {
  kind: 'prediction',
  uid: 'prediction:7',
  id: 7,
  chartId: 1,
  runId: 1,
  startTime: 1,
  endTime: 2,
  label: 'flag',
  score: 0.9,
  status: 'new',
  spanUid: null,
  inBulk: false,
  teaches: null,
};
const base = (notes: string | null, rev: number): Base => ({ record: span(notes), rev });

const edit = (record: SpanRecord | null): SyncEvent => ({
  type: 'changed',
  changes: [{ uid: 's', record }],
});
const timer: SyncEvent = { type: 'timer' };
const conflict: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'conflict', conflicts: [{ uid: 's', current: base('theirs', 2), rev: 2 }] },
};
const lost: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'passing', message: 'offline' },
};
const refused: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'refused', message: 'no' },
};
const named: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'refused', message: 'no', records: [{ uid: 's', reason: 'not so' }] },
};
const READ: SyncEvent[] = [
  { type: 'restored', unsaved: [] },
  { type: 'loaded', rows: [base(null, 1)] },
];
const CHANGED = [...READ, edit(span('mine'))];
const SENT = [...CHANGED, timer];

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

const run = (events: readonly SyncEvent[], from: SyncState = INITIAL) =>
  events.reduce((state, event) => step(state, event).state, from);

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

describe('a record that is refused by itself', () => {
  const both = run([
    ...READ,
    { type: 'changed', changes: ['s', 'good'].map((uid) => ({ uid, record: span('mine', uid) })) },
    timer,
    named,
  ]);
  const goodStored: SyncEvent = {
    type: 'stored',
    request: 2,
    saved: { rev: 2, rows: [{ record: span('mine', 'good'), rev: 2 }], deleted: [] },
  };

  it('waits alone, and says why, while the others are sent', () => {
    expect(dueChanges(both).map(({ uid }) => uid)).toEqual(['good']);
    expect(both.link).toBe('due');
    expect(saveStateOf(both)).toMatchObject({
      refused: ['s'],
      notSaved: 1,
      waiting: 2,
      problem: { message: 'not so. All else is saved.', final: true },
    });
  });

  it('is tried once more when something else was stored, its reason being shown on', () => {
    const retried = run([timer, goodStored], both);
    expect(dueChanges(retried).map(({ uid }) => uid)).toEqual(['s']);
    expect(saveStateOf(retried)).toMatchObject({ refused: ['s'], notSaved: 1, waiting: 1 });
    const again = run([timer, { ...named, request: 3 }], retried);
    expect(again.link).toBe('idle');
    expect(again.unsaved.get('s')?.status).toBe('refused');
  });

  it('is given up without the others', () => {
    const given = step(both, { type: 'discarded' });
    expect([...given.state.unsaved.keys()]).toEqual(['good']);
    expect(given.requests).toContainEqual({
      type: 'show',
      changes: [{ uid: 's', record: span(null) }],
      origin: 'discarded',
    });
  });

  it('is given up while it is being tried once more, whatever comes of that', () => {
    const trying = run([timer, goodStored, timer, { type: 'discarded' }], both);
    expect(trying.unsaved.get('s')).toMatchObject({ status: 'sent-changed', mine: span(null) });
    expect(saveStateOf(trying)).toMatchObject({ refused: [], problem: null });
    const stored: SyncEvent = {
      type: 'stored',
      request: 3,
      saved: { rev: 3, rows: [base('mine', 3)], deleted: [] },
    };
    for (const answer of [stored, { ...named, request: 3 }] as const) {
      expect(dueChanges(run([answer], trying))).toMatchObject([{ uid: 's', mine: span(null) }]);
    }
  });

  it('outlives the page', () => {
    expect(unsavedOf(both).map(({ uid }) => uid)).toEqual(['s', 'good']);
  });

  it('takes the answer to a prediction along', () => {
    const reviewed: PredictionRecord = { ...prediction, status: 'confirmed', spanUid: 's' };
    const refusedSpan = run([
      ...READ,
      { type: 'predictions', records: [prediction] },
      {
        type: 'changed',
        changes: [span('mine'), reviewed].map((record) => ({ uid: record.uid, record })),
      },
      timer,
      named,
    ]);
    expect([...refusedSpan.unsaved.values()].map(({ status }) => status)).toEqual([
      'refused',
      'refused',
    ]);
    expect(run([{ type: 'discarded' }], refusedSpan).unsaved.size).toBe(0);
  });
});

describe('drafts', () => {
  const typing = step(run(READ), {
    type: 'drafted',
    uid: 's',
    draft: { notes: 'so far' },
  }).state;

  it('are not saved, are not sent, and outlive the page as the change they become', () => {
    expect(saveStateOf(typing).waiting).toBe(1);
    expect(dueChanges(typing)).toEqual([]);
    const kept = unsavedOf(typing);
    expect(kept).toMatchObject([{ uid: 's', mine: { notes: 'so far' }, base: { rev: 1 } }]);
    const next = run([{ type: 'restored', unsaved: kept }]);
    expect(dueChanges(next)).toMatchObject([{ uid: 's', mine: { notes: 'so far' } }]);
  });

  it('put off what others do to the record, a deletion as well', () => {
    const deleted: SyncEvent = { type: 'received', received: [{ uid: 's', record: null, rev: 2 }] };
    const { state, requests } = step(typing, deleted);
    expect(requests).toEqual([]);
    const over = step(state, { type: 'drafted', uid: 's', draft: null });
    expect(over.requests).toEqual([
      { type: 'show', changes: [{ uid: 's', record: null }], origin: 'server' },
    ]);
  });
});

describe('a review that somebody else gave meanwhile', () => {
  const mine = { ...span(null, 'mine'), modelPrediction: { predictionId: 7 } };
  const theirs: Base = {
    record: { ...span(null, 'theirs'), modelPrediction: { predictionId: 7 } },
    rev: 2,
  };
  const reviewed: PredictionRecord = { ...prediction, status: 'confirmed', spanUid: 'mine' };
  const blocked = run([
    ...READ,
    { type: 'predictions', records: [prediction] },
    {
      type: 'changed',
      changes: [mine, reviewed].map((record) => ({ uid: record.uid, record })),
    },
    timer,
    {
      type: 'failed',
      request: 1,
      failure: {
        type: 'conflict',
        conflicts: [{ uid: 'theirs', current: theirs, rev: theirs.rev }],
      },
    },
  ]);

  it('is asked about once, and nothing is sent until then', () => {
    expect(saveStateOf(blocked).conflicts).toEqual([
      { uid: 'theirs', mine, theirs: theirs.record },
    ]);
    expect(dueChanges(blocked)).toEqual([]);
    expect(blocked.link).toBe('idle');
  });

  it('is replaced by mine, its span being deleted', () => {
    const next = run([{ type: 'resolved', uid: 'theirs', choice: 'mine' }], blocked);
    const due = dueChanges(next).map(({ uid, mine: wanted }) => [uid, wanted?.kind ?? null]);
    expect(due).toEqual([
      ['mine', 'span'],
      [prediction.uid, 'prediction'],
      ['theirs', null],
    ]);
  });

  it('stays, and what was made here is taken back', () => {
    const next = step(blocked, { type: 'resolved', uid: 'theirs', choice: 'theirs' });
    expect(next.state.unsaved.size).toBe(0);
    expect(next.requests).toContainEqual({
      type: 'show',
      origin: 'server',
      changes: expect.arrayContaining([
        { uid: 'mine', record: null },
        { uid: 'theirs', record: theirs.record },
        { uid: prediction.uid, record: prediction },
      ]),
    });
  });
});

describe('predictions that were read before an answer was stored', () => {
  const mine = span(null, 'mine');
  const reviewed: PredictionRecord = { ...prediction, status: 'confirmed', spanUid: 'mine' };
  const answered = run([
    ...READ,
    { type: 'predictions', records: [prediction] },
    { type: 'changed', changes: [mine, reviewed].map((record) => ({ uid: record.uid, record })) },
    timer,
    {
      type: 'stored',
      request: 1,
      saved: { rev: 2, rows: [{ record: mine, rev: 2 }], deleted: [] },
    },
  ]);
  const shown = (state: SyncState, record: PredictionRecord) =>
    step(state, { type: 'predictions', records: [record] }).state.base.get(record.uid)?.record;

  it('do not take the answer back', () => {
    expect(answered.unsaved.size).toBe(0);
    expect(shown(answered, prediction)).toEqual(reviewed);
  });

  it('do so once the answer’s span is gone', () => {
    const gone = step(answered, {
      type: 'received',
      received: [{ uid: 'mine', record: null, rev: 3 }],
    }).state;
    expect(shown(gone, prediction)).toEqual(prediction);
    // And what was read before that brings the answer back no more.
    const open = step(gone, { type: 'predictions', records: [prediction] }).state;
    expect(shown(open, reviewed)).toEqual(prediction);
  });

  it('bring an answer that somebody else gave', () => {
    const theirs: PredictionRecord = { ...prediction, status: 'dismissed', spanUid: 'theirs' };
    const open = run([...READ, { type: 'predictions', records: [prediction] }]);
    expect(shown(open, theirs)).toEqual(theirs);
  });
});
