import type { RunStatus } from '@/contract/runs';

/** Why a run in this state cannot be cancelled, or null; one that is cancelled already can. */
export function cancelRefusal(id: number, status: RunStatus): string | null {
  if (status === 'succeeded') return `Training run ${id} has succeeded already.`;
  if (status === 'failed') return `Training run ${id} has failed already.`;
  return null;
}
