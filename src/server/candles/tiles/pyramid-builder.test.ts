import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import { decodeTile, type TileColumns } from '@/contract/tile-codec';
import { barEnd, coarserTimeframes, topLevel } from '../rules';
import { columnsOf, PyramidBuilder } from './pyramid-builder';

type Bar = { time: number; o: number; h: number; l: number; c: number; v: number | null };

/** Minutes with gaps, prices in cents, every seventh volume missing. */
function walk(length: number): Bar[] {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let cents = 10_000;
  let time = Date.UTC(2024, 0, 30) / 1000;
  return Array.from({ length }, (_, i): Bar => {
    const open = cents;
    cents += random(21) - 10;
    const high = Math.max(open, cents) + random(5);
    const low = Math.min(open, cents) - random(5);
    const v = i % 7 === 3 ? null : random(1_000) / 10;
    time += random(50) === 0 ? 3_600 * 60 : 60;
    return { time, o: open / 100, h: high / 100, l: low / 100, c: cents / 100, v };
  });
}

/** Merged the plain way: all bars of a group at once. */
function merge(bars: Bar[]): Bar {
  const traded = bars.filter((bar) => bar.v !== null);
  const tenths = traded.reduce((sum, bar) => sum + Math.round(bar.v! * 10), 0);
  return {
    time: bars[0]!.time,
    o: bars[0]!.o,
    h: Math.max(...bars.map((bar) => bar.h)),
    l: Math.min(...bars.map((bar) => bar.l)),
    c: bars.at(-1)!.c,
    v: traded.length ? tenths / 10 : null,
  };
}

function mergeBy(bars: Bar[], keyOf: (bar: Bar, index: number) => number): Bar[] {
  const groups = new Map<number, Bar[]>();
  for (const [i, bar] of bars.entries()) {
    const key = keyOf(bar, i);
    groups.set(key, [...(groups.get(key) ?? []), bar]);
  }
  return [...groups.values()].map(merge);
}

function columnsFrom(bars: Bar[]): TileColumns {
  const columns = columnsOf(bars.length);
  for (const [i, bar] of bars.entries()) {
    columns.time[i] = bar.time;
    columns.open[i] = bar.o;
    columns.high[i] = bar.h;
    columns.low[i] = bar.l;
    columns.close[i] = bar.c;
    columns.volume[i] = bar.v ?? Number.NaN;
  }
  return columns;
}

/** Every level of every timeframe, as bars; fed in batches that end anywhere. */
async function build(bars: Bar[], timeframe: number, size = 777): Promise<Map<string, Bar[]>> {
  const builder = new PyramidBuilder(timeframe);
  for (let at = 0; at < bars.length; at += size) {
    const batch = bars.slice(at, at + size);
    builder.add(columnsFrom(batch), batch.length);
  }
  builder.finish();
  const levels = new Map<string, Bar[]>();
  for (const tile of builder.take()) {
    const key = `${tile.timeframe}/${tile.level}`;
    const level = levels.get(key) ?? [];
    levels.set(key, level);
    expect(tile.seq * TILE_BARS, key).toBe(level.length);
    const { time, open, high, low, close, volume } = decodeTile(gunzipSync(tile.bytes));
    expect([tile.bars, tile.firstTime]).toEqual([time.length, time[0]]);
    for (let i = 0; i < time.length; i++) {
      const v = Number.isNaN(volume[i]) ? null : volume[i]!;
      level.push({ time: time[i]!, o: open[i]!, h: high[i]!, l: low[i]!, c: close[i]!, v });
    }
  }
  return levels;
}

describe('PyramidBuilder', () => {
  it.each([1, 1_023, 1_024, 1_025, 4_097, 9_999])(
    'merges %d candles as the plain way does',
    async (n) => {
      const bars = walk(n);
      const levels = await build(bars, 60);
      for (const timeframe of [60, ...coarserTimeframes(60)]) {
        let wanted = timeframe === 60 ? bars : mergeBy(bars, (bar) => barEnd(bar.time, timeframe));
        const top = topLevel(wanted.length);
        for (let level = 0; level <= top; level++) {
          expect(levels.get(`${timeframe}/${level}`), `${timeframe}/${level}`).toEqual(wanted);
          wanted = mergeBy(wanted, (_, i) => Math.floor(i / TILE_FANOUT));
        }
        expect(levels.has(`${timeframe}/${top + 1}`)).toBe(false);
      }
    },
  );

  it.each([2, 1_000, 6_000])(
    'builds the same from %d candles at once as from one',
    async (batch) => {
      const bars = walk(6_000);
      // From each of these on, sums are rounded to more decimals; from the last on no more.
      const volumes = [0.1, 0.25, 0.125, 1 / 3];
      for (const [i, volume] of volumes.entries()) bars[777 + 1_111 * i]!.v = volume;
      expect(await build(bars, 60, batch)).toEqual(await build(bars, 60, 1));
    },
  );

  it('keeps a wick of one candle at every level of every timeframe', async () => {
    const bars = walk(20_000);
    bars[12_345]!.h = 999;
    bars[4_321]!.l = 0.01;
    const levels = await build(bars, 60);
    expect(levels.size).toBeGreaterThan(10);
    for (const [key, level] of levels) {
      expect(
        level.filter((bar) => bar.h === 999),
        key,
      ).toHaveLength(1);
      expect(
        level.filter((bar) => bar.l === 0.01),
        key,
      ).toHaveLength(1);
    }
  });

  it('tells how many decimals show the prices', () => {
    const precision = (close: number) => {
      const builder = new PyramidBuilder(60);
      builder.add(columnsFrom([{ time: 0, o: 1, h: 1, l: 1, c: close, v: null }]), 1);
      return builder.pricePrecision();
    };
    expect([2, 1.25, 1.07083, 1e-7].map(precision)).toEqual([0, 2, 5, 7]);
    // 1438.36 and 0.009409, as single precision keeps them.
    expect([1438.359985, 0.009408999].map(precision)).toEqual([2, 6]);
    // More decimals than are worth showing: six digits will do.
    expect([1 / 3, 10_000 / 3, 1e6 / 3].map(precision)).toEqual([6, 2, 2]);
  });
});
