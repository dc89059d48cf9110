import type { CandleSource } from '@/chart/types';
import type { trpc } from '@/trpc/client';

/** A chart's candles, through the typed client. */
export const candleSource = (
  client: ReturnType<typeof trpc.useUtils>['client'],
  chartId: number,
): CandleSource => ({
  pyramid: () => client.candles.pyramid.query({ chartId }),
  tiles: (query) => client.candles.tiles.query({ chartId, ...query }),
  locate: async (query) => (await client.candles.locate.query({ chartId, ...query })).bar,
});
