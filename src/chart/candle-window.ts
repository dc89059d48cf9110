import { TILE_BARS } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex } from '@/contract/units';
import type { ChartBar } from './chart-bar';
import { type BarRun, strideOf, tilesInView, type View } from './view';

/** The bars handed to the chart library: some tiles of one level, side by side. */
export type CandleWindow = BarRun & { columns: TileColumns };

type FindTile = (seq: number) => TileColumns | undefined;

/** What is in view and the tiles beside it that are there; null when a part of the view is not. */
export function collectWindow(
  find: FindTile,
  view: View,
  level: number,
  bars: number,
): CandleWindow | null {
  const inView = tilesInView(view, level, bars);
  const tiles: TileColumns[] = [];
  for (let seq = inView.from; seq <= inView.to; seq++) {
    const tile = find(seq);
    if (!tile) return null;
    tiles.push(tile);
  }
  // A spare tile on either side: panning then rarely swaps the window.
  const before = inView.from > 0 ? find(inView.from - 1) : undefined;
  const after = find(inView.to + 1);
  if (before) tiles.unshift(before);
  if (after) tiles.push(after);
  const columns = joinTiles(tiles);
  return {
    level,
    first: (before ? inView.from - 1 : inView.from) * TILE_BARS,
    count: columns.time.length,
    columns,
  };
}

/** The window's bar at `index`, which counts from the window's first. */
export function barAt(window: CandleWindow, index: number, bars: number): ChartBar | null {
  const { time, open, high, low, close, volume } = window.columns;
  if (index < 0 || index >= window.count) return null;
  const stride = strideOf(window.level);
  const bar = (window.first + index) * stride;
  const traded = volume[index]!;
  return {
    time: time[index]!,
    bar,
    merged: Math.min(stride, bars - bar),
    open: open[index]!,
    high: high[index]!,
    low: low[index]!,
    close: close[index]!,
    volume: Number.isNaN(traded) ? null : traded,
    previousClose: index > 0 ? close[index - 1]! : null,
  };
}

/** Traded from one bar of level 0 to another, both counted; null where not all of it is in the window or known. */
export function volumeBetween(
  { level, first, count, columns: { volume } }: CandleWindow,
  from: BarIndex,
  to: BarIndex,
): number | null {
  const [start, end] = [from, to].map((bar) => Math.floor(bar / strideOf(level)) - first);
  if (start === undefined || end === undefined || start < 0 || end >= count) return null;
  let sum = 0;
  for (let index = start; index <= end; index++) sum += volume[index]!;
  return Number.isNaN(sum) ? null : sum;
}

/** Tiles side by side as one. */
export function joinTiles(tiles: TileColumns[]): TileColumns {
  const [first] = tiles;
  if (first && tiles.length === 1) return first;
  const length = tiles.reduce((sum, tile) => sum + tile.time.length, 0);
  const column = (name: keyof TileColumns) => {
    const joined = new Float64Array(length);
    let at = 0;
    for (const tile of tiles) {
      joined.set(tile[name], at);
      at += tile[name].length;
    }
    return joined;
  };
  return {
    time: column('time'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}
