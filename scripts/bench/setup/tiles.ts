import { RetryQueue } from '@/chart/retry-queue';
import { TileStore } from '@/chart/tile-store';
import { TILE_BARS } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { Api } from './client';

/** Reads bars as the chart on a page does, with an empty store each time. */
export async function tileReader(api: Api, chartId: number) {
  const pyramid = await api.candles.pyramid.query({ chartId });
  const shape = pyramid.timeframes[0];
  if (!shape) throw new Error('the chart has no bars');
  const { timeframe, topLevel, bars: all } = shape;
  const source = {
    tiles: (query: { dataRev: number; timeframe: number; level: number; seqs: number[] }) =>
      api.candles.tiles.query({ chartId, ...query }),
  };
  return {
    timeframe,
    topLevel,
    /** The tiles that hold `count` bars of the level from `first` on. */
    async read(level: number, first: number, count: number): Promise<TileColumns[]> {
      let fail = (_reason: unknown) => {};
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const retries = new RetryQueue(() => {});
      const store = new TileStore(source, { ...pyramid, tiles: [] }, retries, () =>
        fail(retries.error),
      );
      const end = Math.min(first + count, Math.ceil(all / 4 ** level));
      const tiles: Promise<TileColumns>[] = [];
      for (let seq = Math.floor(first / TILE_BARS); seq * TILE_BARS < end; seq++) {
        tiles.push(store.load({ timeframe, level, seq }));
      }
      const columns = await Promise.race([Promise.all(tiles), failed]);
      const bars = columns.reduce((sum, { time }) => sum + time.length, 0);
      if (bars < end - first) throw new Error(`${bars} bars came instead of ${end - first}`);
      return columns;
    },
  };
}
