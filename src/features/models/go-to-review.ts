import type { ChartView } from '@/chart/types';
import type { TakenBack } from '@/editor/editor';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { newSpan } from '@/editor/kinds/span';
import {
  confirm,
  confirmAs,
  correct,
  dismiss,
  select,
  selectedPrediction,
} from '../session/commands';
import { areLetBe } from '../session/overlaps';
import type { Session } from '../session/session';
import { orderOf, reviewQueue } from './review-queue';

/**
 * Selects the next (1) or previous (-1) prediction to review, from the selected one or the view on.
 * One that a verdict has just opened by itself is the next one: asking for it does not skip it. False where there is none.
 */
export async function goToReview(
  session: Session,
  chart: ChartView,
  step: 1 | -1,
): Promise<boolean> {
  const view = session.view.getState();
  const { selected, minScore, opened } = view;
  session.view.setState({ opened: null });
  if (step === 1 && opened !== null && opened === selected) return true;
  const order = orderOf(view);
  const queue = reviewQueue(session.editor.records(), minScore, order).map(
    ({ prediction }) => prediction,
  );
  const current = selected ? session.editor.get(selected) : undefined;
  // The selected one may have left the queue: it was reviewed just now.
  const isAfter = (prediction: PredictionRecord) =>
    current?.kind === 'prediction'
      ? order(prediction, current) > 0
      : view.bestFirst || prediction.startTime >= (chart.visibleRange()?.from ?? 0);
  const next =
    step === 1
      ? (queue.find(isAfter) ?? queue[0])
      : (queue.findLast((item) => !isAfter(item) && item.uid !== selected) ?? queue.at(-1));
  if (!next) {
    // The last one is reviewed: keys must not mean it any more.
    if (current?.kind === 'prediction' && current.status !== 'new') select(session, null);
    return false;
  }
  select(session, next.uid);
  await chart.showRange(next.startTime, next.endTime);
  return true;
}

/** Whether the rules of their groups let what they propose be spans; what they refuse is said. */
const mayBe = (session: Session, proposed: readonly PredictionRecord[]) =>
  areLetBe(
    session,
    proposed.map(({ uid, label, startTime, endTime }) =>
      newSpan(uid, { label, startTime, endTime }),
    ),
    (uid) => proposed.some(({ spanUid }) => spanUid === uid),
  );

const VERDICTS = { confirm, correct, dismiss };
export type Verdict = keyof typeof VERDICTS;

/** Carries out a verdict and goes on to the next; a correction stays where its edges are dragged. */
export async function giveVerdict(
  session: Session,
  chart: ChartView,
  prediction: PredictionRecord,
  verdict: Verdict,
) {
  if (verdict !== 'dismiss' && !mayBe(session, [prediction])) return;
  VERDICTS[verdict](session, prediction);
  if (verdict !== 'correct') await goOn(session, chart);
}

/** Says that it is another pattern, and goes on to the next. */
export async function giveLabel(
  session: Session,
  chart: ChartView,
  prediction: PredictionRecord,
  label: string,
) {
  if (!mayBe(session, [{ ...prediction, label }])) return;
  confirmAs(session, prediction, label);
  await goOn(session, chart);
}

/** Goes on to the next and lets this one come last. */
export async function putOff(session: Session, chart: ChartView, { uid }: PredictionRecord) {
  const shown = goOn(session, chart);
  session.view.setState(({ later }) => ({ later: [...later.filter((each) => each !== uid), uid] }));
  await shown;
}

/** Gives all that still waits one answer, which one undo takes back. */
export function answerRest(session: Session, verdict: 'confirm' | 'dismiss') {
  const view = session.view.getState();
  const open = reviewQueue(session.editor.records(), view.minScore, orderOf(view));
  const proposed = open.map(({ prediction }) => prediction);
  if (verdict === 'confirm' && !mayBe(session, proposed)) return;
  session.editor.gesture(() => {
    for (const { prediction } of open) VERDICTS[verdict](session, prediction, open.length > 1);
  });
  select(session, null);
}

/** A prediction that waits again, as what was said of it is taken back, is selected. */
export async function showReopened(session: Session, chart: ChartView, undone: TakenBack | null) {
  const reopened = undone?.diff.updated
    .map(([, to]) => to)
    .find((record) => record.kind === 'prediction' && record.status === 'new');
  if (reopened?.kind !== 'prediction') return;
  select(session, reopened.uid);
  await chart.showRange(reopened.startTime, reopened.endTime);
}

/** To the next; asking for it once more does not skip it. */
async function goOn(session: Session, chart: ChartView) {
  session.view.setState({ opened: null });
  const shown = goToReview(session, chart, 1);
  session.view.setState(({ selected }) => ({ opened: selected }));
  await shown;
}

/** Shows predictions from this score on; one that is hidden by it is selected no longer. */
export function setMinScore(session: Session, minScore: number) {
  const prediction = selectedPrediction(session);
  session.view.setState({ minScore });
  if (prediction && prediction.score < minScore) select(session, null);
}
