import { beforeEach, expect, it } from 'vitest';
import type { ChartView } from '@/chart/types';
import { createEditor } from '@/editor/editor';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { selectedPrediction } from '../session/commands';
import type { Session } from '../session/session';
import { createViewState } from '../session/view-state';
import { giveVerdict, goToReview, setMinScore } from './go-to-review';

/** The view moves on its own; here it has nothing to show. */
const chart = { showRange: async () => {} } as unknown as ChartView;
let session: Session;

beforeEach(() => {
  const editor = createEditor();
  const added = [1, 2, 3, 4].map((id) =>
    toPredictionRecord({
      id,
      chartId: 1,
      runId: 1,
      startTime: id * 100,
      endTime: id * 100 + 50,
      label: 'bull_flag',
      score: id / 10,
      status: 'new',
      spanUid: null,
    }),
  );
  editor.apply({ added, updated: [], removed: [] }, 'server');
  session = { editor, view: createViewState('bull_flag') } as Session;
  session.view.setState({ minScore: 0 });
});

const selected = () => selectedPrediction(session)?.id ?? null;
const confirm = async () => {
  const prediction = selectedPrediction(session);
  if (prediction) await giveVerdict(session, chart, prediction, 'confirm');
};

it('visits each prediction once, whether D is pressed after a verdict or not', async () => {
  const visited: (number | null)[] = [];
  await goToReview(session, chart, 1);
  for (const asks of [true, false, true]) {
    visited.push(selected());
    await confirm();
    if (asks) await goToReview(session, chart, 1);
  }
  expect([...visited, selected()]).toEqual([1, 2, 3, 4]);
});

it('goes on when D is pressed again', async () => {
  await goToReview(session, chart, 1);
  await confirm();
  await goToReview(session, chart, 1);
  await goToReview(session, chart, 1);
  expect(selected()).toBe(3);
});

it('selects nothing once everything is reviewed', async () => {
  await goToReview(session, chart, 1);
  for (let at = 0; at < 4; at += 1) await confirm();
  expect(session.view.getState().selected).toBeNull();
});

it('drops the selection of a prediction that the threshold hides', async () => {
  await goToReview(session, chart, 1);
  setMinScore(session, 0.05);
  expect(selected()).toBe(1);
  setMinScore(session, 0.15);
  expect(selected()).toBeNull();
});
