import { describe, expect, it } from 'vitest';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { dueChanges, type SyncEvent, type SyncState, saveStateOf, unsavedOf } from './state';
import { step } from './step';
import { base, named, prediction, READ, run, span, timer } from './testing-step';
import type { Base } from './types';

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
