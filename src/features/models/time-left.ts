import type { RunSummary } from '@/contract/runs';

const LEAST_PROGRESS = 0.05;

/** ` · about 2 min left`, as what is left takes as long as what is done; empty while that is little. */
export function timeLeft(
  { startedAt, progress }: Pick<RunSummary, 'startedAt' | 'progress'>,
  now: number,
): string {
  if (startedAt === null || progress < LEAST_PROGRESS) return '';
  const seconds = ((now - startedAt) * (1 - progress)) / progress;
  if (seconds < 0) return '';
  if (seconds < 60) return ` · about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s left`;
  return ` · about ${Math.ceil(seconds / 60)} min left`;
}
