import type { CandleSource } from '@/chart/types';
import type { trpc } from '@/trpc/client';
import { ALONE } from '@/trpc/opening';

/** A chart's candles, through the typed client. */
export function candleSource(
  { client, candles, charts }: ReturnType<typeof trpc.useUtils>,
  chartId: number,
): CandleSource {
  // Apart from other queries: in one request with them it would wait for the slowest.
  const ask = () => client.candles.pyramid.query({ chartId }, { context: ALONE });
  return {
    pyramid: async (when) => {
      if (when !== 'opening') return ask();
      const kept = await candles.pyramid.fetch(
        { chartId },
        { retry: false, trpc: { context: ALONE } },
      );
      // The chart may have been read after candles were added, and the pyramid before.
      const chart =
        charts.get.getData({ chartId }) ?? charts.list.getData()?.find(({ id }) => id === chartId);
      return chart && kept.dataRev < chart.dataRev ? ask() : kept;
    },
    tiles: (query) => client.candles.tiles.query({ chartId, ...query }),
    locate: async (query) => (await client.candles.locate.query({ chartId, ...query })).bar,
  };
}
