import type { ChartView } from '@/chart/types';
import { select } from '../workbench/commands';
import type { Session } from '../workbench/session';
import { reviewQueue } from './review-queue';

/** Selects the next (1) or previous (-1) prediction to review after the selected one, and shows it. */
export function goToReview(session: Session, chart: ChartView | null, step: 1 | -1) {
  const { selected, minScore, range } = session.view.getState();
  const queue = reviewQueue(session.editor.records(), minScore);
  if (queue.length === 0) return;
  const at = queue.findIndex(({ prediction }) => prediction.uid === selected);
  // From nowhere in the queue it starts at what is in view.
  const inView = queue.findIndex(({ prediction }) => prediction.startTime >= (range?.from ?? 0));
  const next = at >= 0 ? at + step : Math.max(0, inView);
  const item = queue[(next + queue.length) % queue.length];
  if (!item) return;
  select(session, item.prediction.uid);
  void chart?.showRange(item.prediction.startTime, item.prediction.endTime);
}
