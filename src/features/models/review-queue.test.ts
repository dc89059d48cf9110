import { expect, it } from 'vitest';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { EditorRecord } from '@/editor/kinds/kinds';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import { iou, relationOf, reviewQueue } from './review-queue';

const span = (startTime: number, endTime: number, label = 'bull_flag') =>
  ({ kind: 'span', uid: `s${startTime}`, startTime, endTime, label }) as SpanRecord;
const prediction = (id: number, startTime: number, endTime: number, score = 0.8) =>
  ({
    kind: 'prediction',
    uid: `prediction:${id}`,
    id,
    startTime,
    endTime,
    score,
    label: 'bull_flag',
    status: 'new',
  }) as PredictionRecord;
const records = (...all: EditorRecord[]) => new Map(all.map((record) => [record.uid, record]));

it('measures overlap', () => {
  const of = (a: number[], b: number[]) =>
    iou({ startTime: a[0]!, endTime: a[1]! }, { startTime: b[0]!, endTime: b[1]! });
  expect(of([0, 10], [0, 10])).toBe(1);
  expect(of([0, 10], [5, 15])).toBeCloseTo(1 / 3);
  expect(of([0, 10], [11, 20])).toBe(0);
  expect(of([5, 5], [5, 5])).toBe(1);
});

it('compares a prediction with the span that overlaps it most', () => {
  const at = prediction(1, 100, 200);
  expect(relationOf(at, [span(0, 50)])).toEqual({ type: 'unmarked' });
  expect(relationOf(at, [span(140, 260, 'custom'), span(95, 205)]).type).toBe('agrees');
  expect(relationOf(at, [span(95, 205, 'custom')]).type).toBe('differs');
});

it('finds the span that settles it under one that fits better', () => {
  const at = prediction(1, 100, 200);
  const [fitting, same, nothing] = [
    span(100, 200, 'custom'),
    span(90, 210),
    span(80, 220, NEGATIVE_LABEL),
  ];
  expect(relationOf(at, [fitting, nothing, same])).toEqual({ type: 'agrees', span: same });
  expect(relationOf(at, [fitting, nothing])).toEqual({ type: 'differs', span: nothing });
});

it('asks about what people did not settle, in time, above the threshold', () => {
  const queue = reviewQueue(
    records(
      prediction(1, 500, 600),
      prediction(2, 100, 200),
      prediction(3, 300, 400, 0.2),
      { ...prediction(4, 700, 800), status: 'confirmed' },
      prediction(5, 900, 1_000),
      span(900, 1_000),
      prediction(6, 1_100, 1_200),
      span(1_100, 1_200, 'O'),
      prediction(7, 1_300, 1_400),
      span(1_300, 1_400, 'custom'),
    ),
    0.5,
  );
  expect(queue.map(({ prediction: { id }, relation }) => [id, relation.type])).toEqual([
    [2, 'unmarked'],
    [1, 'unmarked'],
    [7, 'differs'],
  ]);
});
