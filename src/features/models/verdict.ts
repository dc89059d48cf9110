import { Check, Circle, Clock, type LucideIcon, X } from 'lucide-react';
import type { SpanLabelType } from '@/contract/spans';
import { labelStyle } from '../session/label-style';

export type Verdict = {
  state: 'open' | 'later' | 'yes' | 'no';
  icon: LucideIcon;
  /** In words: a label, or “Not a …”. */
  text: string;
  /** Of the label that is said or proposed. */
  color: string;
};

/** What is said of a candidate, by shape and word. */
export function verdictOf(
  labels: readonly SpanLabelType[],
  proposed: string,
  answer: string | null | undefined,
  isLater: boolean,
): Verdict {
  const { text, color } = labelStyle(labels, proposed);
  if (answer === null || answer === undefined) {
    return isLater
      ? { state: 'later', icon: Clock, text: `${text}, later`, color }
      : { state: 'open', icon: Circle, text, color };
  }
  if (answer === proposed) return { state: 'yes', icon: Check, text, color };
  const said = labelStyle(labels, answer);
  return answer === 'O'
    ? { state: 'no', icon: X, text: `Not a ${text.toLowerCase()}`, color }
    : { state: 'no', icon: X, text: `${said.text}, not ${text.toLowerCase()}`, color: said.color };
}

export const VERDICT_COLOR: Record<Verdict['state'], string> = {
  open: 'text-muted',
  later: 'text-muted',
  yes: 'text-up',
  no: 'text-down',
};
