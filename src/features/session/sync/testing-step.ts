import { completeSpan } from '@/contract/spans';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import { INITIAL, type SyncEvent, type SyncState } from './state';
import { step } from './step';
import type { Base } from './types';

export const span = (notes: string | null, uid = 's'): SpanRecord => ({
  kind: 'span',
  uid,
  id: 1,
  ...completeSpan({ startTime: 1, endTime: 2, label: 'flag', notes }),
});
export const prediction: PredictionRecord = {
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
export const base = (notes: string | null, rev: number): Base => ({ record: span(notes), rev });

export const edit = (record: SpanRecord | null): SyncEvent => ({
  type: 'changed',
  changes: [{ uid: 's', record }],
});
export const timer: SyncEvent = { type: 'timer' };
export const conflict: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'conflict', conflicts: [{ uid: 's', current: base('theirs', 2), rev: 2 }] },
};
export const lost: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'passing', message: 'offline' },
};
export const refused: SyncEvent = {
  type: 'failed',
  request: 1,
  failure: { type: 'refused', message: 'no' },
};
export const named = {
  type: 'failed',
  request: 1,
  failure: { type: 'refused', message: 'no', records: [{ uid: 's', reason: 'not so' }] },
} satisfies SyncEvent;
export const READ: SyncEvent[] = [
  { type: 'restored', unsaved: [] },
  { type: 'loaded', rows: [base(null, 1)] },
];
export const CHANGED = [...READ, edit(span('mine'))];
export const SENT = [...CHANGED, timer];

export const run = (events: readonly SyncEvent[], from: SyncState = INITIAL) =>
  events.reduce((state, event) => step(state, event).state, from);
