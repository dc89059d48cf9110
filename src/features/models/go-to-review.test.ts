import { beforeEach, describe, expect, it } from 'vitest';
import type { ChartView } from '@/chart/types';
import { createEditor } from '@/editor/editor';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { newSpan } from '@/editor/kinds/span';
import { createAuthors } from '../session/authors';
import { selectedPrediction } from '../session/commands';
import type { Session } from '../session/session';
import { createViewState } from '../session/view-state';
import {
  answerRest,
  giveLabel,
  giveVerdict,
  goToReview,
  putOff,
  setMinScore,
  showReopened,
} from './go-to-review';

/** The view moves on its own; here it has nothing to show. */
const chart = { showRange: async () => {}, visibleRange: () => null } as unknown as ChartView;
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
      inBulk: false,
      teaches: null,
    }),
  );
  editor.apply({ added, updated: [], removed: [] }, 'server');
  const labels = [{ name: 'bull_flag', groupName: 'Flags' }];
  session = {
    ...{ editor, view: createViewState('bull_flag'), authors: createAuthors(), labels },
    ...{ groups: { current: [] }, chartView: { current: null }, chart: { id: 1, timeframe: 60 } },
  } as unknown as Session;
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

describe('candidates of a search', () => {
  beforeEach(() => session.view.setState({ bestFirst: true }));

  const label = (name: string) => {
    const prediction = selectedPrediction(session);
    return prediction && giveLabel(session, chart, prediction, name);
  };
  const later = () => {
    const prediction = selectedPrediction(session);
    return prediction && putOff(session, chart, prediction);
  };

  it('come best first, and what is put off comes last', async () => {
    await goToReview(session, chart, 1);
    expect(selected()).toBe(4);
    await later();
    expect(selected()).toBe(3);
    await confirm();
    await later();
    const visited = [selected()];
    for (let at = 0; at < 3; at += 1) {
      await confirm();
      visited.push(selected());
    }
    expect(visited).toEqual([1, 4, 2, null]);
  });

  it('are put off without a word said of them', async () => {
    await goToReview(session, chart, 1);
    await later();
    expect(session.editor.canUndo()).toBe(false);
  });

  it('are answered together, and one undo takes that back', async () => {
    await goToReview(session, chart, 1);
    await confirm();
    answerRest(session, 'dismiss');
    expect(selected()).toBeNull();
    const labels = () =>
      [...session.editor.records().values()].flatMap((record) =>
        record.kind === 'span' ? record.label : [],
      );
    expect(labels()).toEqual(['bull_flag', 'O', 'O', 'O']);
    await showReopened(session, chart, session.editor.undo());
    expect(labels()).toEqual(['bull_flag']);
  });

  it('may be another pattern', async () => {
    await goToReview(session, chart, 1);
    await label('bear_flag');
    await label('bull_flag');
    const spans = [...session.editor.records().values()].filter(({ kind }) => kind === 'span');
    expect(spans).toMatchObject([
      { label: 'bear_flag', source: 'model_corrected', modelPrediction: { label: 'bull_flag' } },
      { label: 'bull_flag', source: 'model_confirmed' },
    ]);
    expect(selected()).toBe(2);
  });

  it('wait again, and are selected, when the answer is taken back', async () => {
    await goToReview(session, chart, 1);
    await confirm();
    await label('bear_flag');
    await showReopened(session, chart, session.editor.undo());
    expect(selected()).toBe(3);
    expect(selectedPrediction(session)?.status).toBe('new');
    await showReopened(session, chart, session.editor.undo());
    expect(selected()).toBe(4);
  });
});

it('makes no span that may not overlap one that is there, and says so', async () => {
  session.groups.current = [{ name: 'Flags', overlap: 'forbid' }];
  session.editor.add(newSpan('drawn', { label: 'bull_flag', startTime: 140, endTime: 190 }));
  await goToReview(session, chart, 1);
  await confirm();
  expect(selected()).toBe(1);
  expect(session.view.getState().notice).toMatch(/is in the way: spans of “Flags” may not overlap/);
  answerRest(session, 'confirm');
  expect([...session.editor.records().values()].filter(({ kind }) => kind === 'span')).toHaveLength(
    1,
  );
  answerRest(session, 'dismiss');
  expect([...session.editor.records().values()].filter(({ kind }) => kind === 'span')).toHaveLength(
    5,
  );
});
