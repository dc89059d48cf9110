import type { RunSummary } from '@/contract/runs';

type State = 'done' | 'now' | 'next';
/** Names as the page has them, and the progress at which the model service (`training/learn.py`) ends each. */
const STAGES: [name: string, until: number][] = [
  ['Spans and measures', 0.1],
  ['Learning', 0.8],
  ['Predicting', 0.95],
  ['Comparing with people', 1],
];

/** What a run that is under way has behind it and before it; `share` is that of the stage alone. */
export function stagesOf({
  status,
  progress,
}: Pick<RunSummary, 'status' | 'progress'>): { name: string; state: State; share: number }[] {
  let from = 0;
  return STAGES.map(([name, until]) => {
    const share = Math.min(1, Math.max(0, (progress - from) / (until - from)));
    const isNow = status === 'running' && progress >= from && progress < until;
    from = until;
    return { name, share, state: isNow ? 'now' : share >= 1 ? 'done' : 'next' };
  });
}
