import { formatFixed, formatScore } from '@/components/format';
import type { NextWindow } from '@/contract/examined';

const NEW = 0.4;
const APART = 0.15;

/** Why somebody should look there now, in a sentence; what the window may be and which run says so, as people read them. */
export function why(window: NextWindow, labelText: string | null, runText: string): string {
  const { runId, score, novelty, disagreement, examinedShare } = window;
  const likeness = novelty === null ? null : formatFixed(1 - novelty, 2);
  if (runId === null || score === null || labelText === null) {
    const share = `${Math.floor(100 * examinedShare)} % of this chart is examined`;
    return likeness === null
      ? `Nothing is labelled yet: ${share}, and the longest stretch that nobody has seen begins here.`
      : `No model to ask: ${share}, and this is least like what is labelled (likeness ${likeness}).`;
  }
  const reasons = [`${runText} is unsure: ${labelText} at ${formatScore(score)}`];
  if (novelty !== null && likeness !== null) {
    const said = novelty >= NEW ? 'little that is labelled looks like it' : 'it looks familiar';
    reasons.push(`${said} (likeness ${likeness})`);
  }
  if (disagreement !== null && disagreement >= APART) {
    reasons.push(`its forest and its boosting are ${formatFixed(disagreement, 2)} apart`);
  }
  return `${reasons.join('; ')}.`;
}
