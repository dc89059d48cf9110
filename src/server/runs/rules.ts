import * as z from 'zod';
import { MAX_FIGURES, type RunDataset, type RunStatus, type RunSummary } from '@/contract/runs';

/** `training_runs.dataset` as the model service writes it. */
export const storedDataset = z.object({
  charts: z
    .array(
      z.object({
        id: z.int(),
        name: z.string(),
        rev: z.number(),
        dataRev: z.number(),
        candles: z.number(),
        from: z.number(),
        to: z.number(),
        spans: z.number(),
        staleSpans: z.number().nullable().catch(null),
        examinedCandles: z.number().nullable().catch(null),
        examinedRanges: z.number().nullable().catch(null),
        examinedFrom: z.number().nullable().catch(null),
        examinedTo: z.number().nullable().catch(null),
      }),
    )
    .max(100),
  labels: z.array(z.object({ label: z.string(), spans: z.number() })).max(2_000),
  sha256: z.string(),
});

type Revs = { rev: number; dataRev: number };

/** What has become of a chart since a run saw it. */
export function chartState(seen: Revs, now: Revs | undefined): RunDataset['charts'][0]['state'] {
  if (!now) return 'deleted';
  if (now.dataRev !== seen.dataRev) return 'candles-changed';
  return now.rev === seen.rev ? 'same' : 'labels-changed';
}

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
