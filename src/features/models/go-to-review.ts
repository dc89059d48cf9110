import type { ChartView } from '@/chart/types';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { confirm, correct, dismiss, select } from '../session/commands';
import type { Session } from '../session/session';
import { reviewQueue } from './review-queue';

/** Selects the next (1) or previous (-1) prediction to review, from the selected one or the view on. */
export function goToReview(session: Session, chart: ChartView | null, step: 1 | -1) {
  const { selected, minScore, range } = session.view.getState();
  const queue = reviewQueue(session.editor.records(), minScore).map(({ prediction }) => prediction);
  const current = selected ? session.editor.get(selected) : undefined;
  // The selected one may have left the queue: it was reviewed just now.
  const isAfter = ({ startTime, id }: PredictionRecord) =>
    current?.kind === 'prediction'
      ? startTime > current.startTime || (startTime === current.startTime && id > current.id)
      : startTime >= (range?.from ?? 0);
  const next =
    step === 1
      ? (queue.find(isAfter) ?? queue[0])
      : (queue.findLast((item) => !isAfter(item) && item.uid !== selected) ?? queue.at(-1));
  if (!next) return;
  select(session, next.uid);
  void chart?.showRange(next.startTime, next.endTime);
}

const VERDICTS = { confirm, correct, dismiss };
export type Verdict = keyof typeof VERDICTS;

/** Carries out a verdict and goes on to the next; a correction stays where its edges are dragged. */
export function giveVerdict(
  session: Session,
  chart: ChartView | null,
  prediction: PredictionRecord,
  verdict: Verdict,
) {
  VERDICTS[verdict](session, prediction);
  if (verdict !== 'correct') goToReview(session, chart, 1);
}
