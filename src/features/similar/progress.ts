import { formatFixed } from '@/components/format';
import type { WaitingRun } from '@/contract/runs';
import { ANSWERS_PER_RANKING, type Search } from '@/contract/searches';

type Progress = {
  charts: WaitingRun['charts'];
  /** The newest answers. */
  latest: Search['latest'];
};

/** Under so many answers a share would say more than there is. */
const LEAST_ANSWERS = 10;

/** How much of what there is has been found, as the newest answers tell; null before the first. */
export function progressText({ charts, latest: { count, yes } }: Progress): string | null {
  if (count === 0) return null;
  if (count < LEAST_ANSWERS) return `${yes} of ${count} answers one by one were yes`;
  const share = yes / count;
  const sum = (of: 'open' | 'yes') => charts.reduce((total, chart) => total + chart[of], 0);
  const about = sum('yes') + Math.round(sum('open') * share);
  return `${sum('yes')} of about ${about} found, precision of the last ${count} one by one: ${formatFixed(share, 2)} (n\u00a0=\u00a0${count})`;
}

type Ranked = {
  charts: WaitingRun['charts'];
  /** Answers that the order has learnt from. */
  rankedAt: number;
  isRanking: boolean;
};

/** When the order was made, and when it will be made again; null before the first answer. */
export function rankingText({ charts, rankedAt, isRanking }: Ranked): string | null {
  const answers = charts.reduce((sum, { yes, no }) => sum + yes + no, 0);
  if (answers === 0) return null;
  if (isRanking) return 'Being ranked anew…';
  // Answers that were taken back meanwhile bring none before its time.
  const made = Math.max(answers, rankedAt);
  const next = (Math.floor(made / ANSWERS_PER_RANKING) + 1) * ANSWERS_PER_RANKING;
  return rankedAt === 0
    ? `Ranked by likeness alone, anew at ${next} answers`
    : `Ranked after answer ${rankedAt}, again at ${next}`;
}
