import { MAX_FIGURES, type RunStatus, type RunSummary } from '@/contract/runs';

/** Why a run in this state cannot be cancelled, or null; one that is cancelled already can. */
export function cancelRefusal(id: number, status: RunStatus): string | null {
  if (status === 'succeeded') return `Training run ${id} has succeeded already.`;
  if (status === 'failed') return `Training run ${id} has failed already.`;
  return null;
}

/** Why a run in this state cannot be deleted, or null. */
export function deleteRefusal(id: number, status: RunStatus): string | null {
  if (status !== 'queued' && status !== 'running') return null;
  return `Training run ${id} is ${status}. Cancel it first.`;
}

/** The numbers, words and truth values of metrics in any shape, each by its path; the first hundred. */
export function figuresOf(metrics: unknown): RunSummary['figures'] {
  const figures: RunSummary['figures'] = [];
  const visit = (value: unknown, path: string) => {
    if (figures.length >= MAX_FIGURES) return;
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
      const shown = typeof value === 'number' ? value : String(value).slice(0, 200);
      figures.push({ name: path.slice(0, 200) || 'value', value: shown });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) visit(part, path ? `${path}.${key}` : key);
    }
  };
  visit(metrics, '');
  return figures;
}
