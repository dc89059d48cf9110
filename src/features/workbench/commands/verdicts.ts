import { predictionsOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { giveLabel, giveVerdict, type Verdict } from '../../models/go-to-review';
import type { CommandContext } from '../../session/command';
import { selectedPrediction } from '../../session/commands';
import { hotkeyLabel } from '../../session/hotkeys';
import type { Session } from '../../session/session';

/** The selected prediction, if it is shown and nobody has said anything about it. */
export function openPrediction(session: Session): PredictionRecord | null {
  const prediction = selectedPrediction(session);
  const isOpen =
    prediction?.status === 'new' && prediction.score >= session.view.getState().minScore;
  return isOpen ? prediction : null;
}

export function giveVerdictOn(verdict: Verdict) {
  return async ({ session, chart }: CommandContext) => {
    const prediction = openPrediction(session);
    if (prediction) await giveVerdict(session, chart, prediction, verdict);
  };
}

export async function labelPrediction({ session, chart, key }: CommandContext) {
  const prediction = openPrediction(session);
  const label = hotkeyLabel(session.labels, key);
  if (prediction && label) await giveLabel(session, chart, prediction, label);
}

/** Candidates are answered in bulk once some of them were answered one by one. */
export function hasAnsweredSome({ editor, view }: Session): boolean {
  return (
    view.getState().bestFirst &&
    predictionsOf(editor.records()).some(({ status }) => status !== 'new')
  );
}
