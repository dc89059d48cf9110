import { expect, test } from 'vitest';
import { predictions, teachesMost } from './predictions';
import type { Candidate, ReviewSet } from './source';

const set: ReviewSet = {
  ...{ id: 3, title: () => '', charts: [], state: 'ready', error: null, version: '', drawn: null },
  ...{ example: null, threshold: 0.4, latest: null, runId: 3, rankedAt: null, evidence: [] },
};
const candidate = (uid: string, score: number, teaches: number | null): Candidate => ({
  ...{ uid, chartId: 1, startTime: 0, endTime: 1, label: 'bull_flag', score, teaches },
});

test('what teaches most comes first, then the least sure of what that is not known of', () => {
  const all = [
    candidate('sure', 0.9, null),
    candidate('little', 0.5, 0.1),
    candidate('unsure', 0.45, null),
    candidate('most', 0.8, 0.7),
  ];
  const [first] = predictions.orders;
  expect(first.name).toBe('Teaches most');
  expect(all.toSorted(first.compare(set)).map(({ uid }) => uid)).toEqual([
    ...['most', 'little', 'unsure', 'sure'],
  ]);
});

test('an order that nothing is known for says so', () => {
  expect(teachesMost.lacks([candidate('a', 0.9, null)])).toContain('not known');
  expect(teachesMost.lacks([candidate('a', 0.9, null), candidate('b', 0.9, 0.2)])).toBeNull();
});

test('of two sets that are read at once on a chart, the one that was left replaces nothing', async () => {
  const row = (runId: number) => ({
    ...{ id: runId, uid: `run ${runId}`, chartId: 1, runId, startTime: 0, endTime: 60 },
    ...{
      label: 'bull_flag',
      score: 0.9,
      teaches: null,
      status: 'new' as const,
      spanUid: null,
      inBulk: false,
    },
  });
  const answers = new Map<number, () => void>();
  const query = ({ runId }: { runId: number }) =>
    new Promise((resolve) => answers.set(runId, () => resolve([row(runId)])));
  const client = { predictions: { list: { query } } } as unknown as Parameters<
    typeof predictions.load
  >[0];
  const loaded: string[] = [];
  const loadPredictions = (records: readonly { uid: string }[]) =>
    void loaded.push(...records.map(({ uid }) => uid));
  const session = { sync: { loadPredictions } } as unknown as Parameters<
    typeof predictions.load
  >[1];
  const [left, stays] = [new AbortController(), new AbortController()];
  const first = predictions.load(client, session, 1, { ...set, id: 2 }, left.signal);
  const second = predictions.load(client, session, 1, set, stays.signal);
  left.abort();
  answers.get(3)?.();
  await second;
  answers.get(2)?.();
  await expect(first).rejects.toThrow(/abort/i);
  expect(loaded).toHaveLength(1);
  expect(loaded[0]).toContain('3');
});
