import { TILE_BARS } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex } from '@/contract/units';
import { joinTiles } from './candle-window';
import type { BarsAround } from './types';
import { spanAround } from './view';

/**
 * The bars from `first` to `last` in the middle of `count`, fewer at the ends of a history of `bars`.
 * `load` gives the tile of level 0 that holds a bar.
 */
export async function readBarsAround(
  { first, last, count, bars }: { first: BarIndex; last: BarIndex; count: number; bars: number },
  load: (bar: BarIndex) => Promise<TileColumns | null>,
): Promise<BarsAround | null> {
  const { from, to } = spanAround(first, last, count, bars);
  const firstTile = Math.floor(from / TILE_BARS);
  const wanted = Array.from(
    { length: Math.floor(to / TILE_BARS) - firstTile + 1 },
    (_, at) => (firstTile + at) * TILE_BARS,
  );
  const tiles = await Promise.all(wanted.map(load));
  const columns = joinTiles(tiles.flatMap((tile) => tile ?? []));
  const skipped = firstTile * TILE_BARS;
  if (columns.time.length <= to - skipped) return null;
  const part = (column: Float64Array) => column.slice(from - skipped, to - skipped + 1);
  return {
    time: part(columns.time),
    open: part(columns.open),
    high: part(columns.high),
    low: part(columns.low),
    close: part(columns.close),
    first: first - from,
    last: last - from,
  };
}
