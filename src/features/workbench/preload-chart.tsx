'use client';

import { chartId as chartIdSchema } from '@/contract/common';
import { preloadQuery } from '@/trpc/opening';

/**
 * Has the browser ask for what the workbench begins with, beside its scripts. It is rendered by the server for a page that is
 * loaded; going to a chart within the app renders it in the browser, where it does nothing.
 */
export function PreloadChart({ chartId }: { chartId: number }) {
  if (chartIdSchema.safeParse(chartId).success) {
    preloadQuery('charts.get', { chartId });
    preloadQuery('candles.pyramid', { chartId });
    preloadQuery('spans.types');
    preloadQuery('annotations.types');
  }
  return null;
}
