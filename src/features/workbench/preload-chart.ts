import { chartId as chartIdSchema } from '@/contract/common';
import { preloadQuery } from '@/trpc/opening';

/** Has the browser ask for what the workbench begins with, beside its scripts. */
export function preloadChart(chartId: number) {
  if (!chartIdSchema.safeParse(chartId).success) return;
  preloadQuery('charts.get', { chartId });
  preloadQuery('candles.pyramid', { chartId });
  preloadQuery('spans.types');
  preloadQuery('annotations.types');
}
