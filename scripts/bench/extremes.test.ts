import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { barAt, collectWindow } from '@/chart/candle-window';
import { chooseLevel, fitView, strideOf } from '@/chart/view';
import { decodeTile, type TileColumns } from '@/contract/tile-codec';
import { topLevel } from '@/server/candles/rules';
import { PyramidBuilder } from '@/server/candles/tiles/pyramid-builder';
import { MINUTE, walk } from './setup/walk';

const CANDLES = 1_000_000;
const WIDTH_PX = 1_600;
/** Prices that the walk never comes near. */
const [HIGHEST, LOWEST] = [1_000_000, 0.01];
/** One candle in ten thousand, up and down by turns. */
const wicks = Array.from({ length: 100 }, (_, n) => ({
  bar: n * 9_973 + 17,
  up: n % 2 === 0,
}));
const tiles = new Map<string, TileColumns>();

beforeAll(async () => {
  const planted = new Map(wicks.map((wick) => [wick.bar, wick]));
  const builder = new PyramidBuilder(MINUTE);
  let seen = 0;
  for (const batch of walk(CANDLES)) {
    for (let i = 0; i < batch.length; i++, seen++) {
      const wick = planted.get(seen);
      if (wick?.up) batch.high[i] = HIGHEST + wick.bar;
      else if (wick) batch.low[i] = LOWEST;
    }
    builder.add(batch, batch.length);
  }
  builder.finish();
  for (const { timeframe, level, seq, bytes } of builder.take()) {
    if (timeframe === MINUTE) tiles.set(`${level}/${seq}`, decodeTile(gunzipSync(await bytes)));
  }
});

const zooms = Array.from({ length: topLevel(CANDLES) + 1 }, (_, level) => level);
test.each(zooms)('all 100 wicks of one bar are drawn at zoom level %d', (level) => {
  const span = Math.min(WIDTH_PX * strideOf(level), fitView(CANDLES).to);
  const drawn = wicks.filter(({ bar, up }) => {
    const view = { from: bar - span / 2, to: bar + span / 2 };
    expect(chooseLevel(view, WIDTH_PX, topLevel(CANDLES))).toBeLessThanOrEqual(level);
    const find = (seq: number) => tiles.get(`${level}/${seq}`);
    const window = collectWindow(find, view, level, CANDLES);
    const shown =
      window && barAt(window, Math.floor(bar / strideOf(level)) - window.first, CANDLES);
    return up ? shown?.high === HIGHEST + bar : shown?.low === LOWEST;
  });
  expect(drawn).toHaveLength(wicks.length);
});
