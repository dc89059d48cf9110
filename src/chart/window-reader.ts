import { TILE_BARS } from '@/contract/candles';
import type { UtcSeconds } from '@/contract/units';
import { readBarsAround } from './bars-around';
import { RetryQueue } from './retry-queue';
import { TileStore } from './tile-store';
import type { BarsAround, CandleSource } from './types';

export type WindowReader = ReturnType<typeof createWindowReader>;

/**
 * Reads windows of a chart's own candles where no chart is shown, each once. What fails is tried again;
 * make another reader when the chart's candles are others.
 */
export function createWindowReader(source: CandleSource) {
  const found = new Map<string, BarsAround | null>();
  const pending = new Map<string, Promise<BarsAround | null>>();
  const retries = new RetryQueue(() => {});
  let isClosed = false;
  const retry = <Answer>(ask: () => Promise<Answer>) =>
    retries.retryUntilSuccess(ask, () => !isClosed);
  let opening: ReturnType<typeof open> | undefined;

  async function open() {
    const pyramid = await retry(() => source.pyramid());
    const [own] = pyramid.timeframes;
    return own ? { ...own, store: new TileStore(source, pyramid, retries, () => {}) } : null;
  }

  async function read(from: UtcSeconds, to: UtcSeconds, count: number) {
    opening ??= open();
    const opened = await opening;
    if (!opened) return null;
    const { store, timeframe, bars } = opened;
    const locate = (time: UtcSeconds) => retry(() => source.locate({ timeframe, time }));
    const [first, last] = await Promise.all([locate(from), from === to ? null : locate(to)]);
    return readBarsAround({ first, last: last ?? first, count, bars }, (bar) =>
      store.load({ timeframe, level: 0, seq: Math.floor(bar / TILE_BARS) }),
    );
  }

  return {
    /** The window with about `count` bars around it; null where the chart has no candles. */
    barsAround(from: UtcSeconds, to: UtcSeconds, count: number): Promise<BarsAround | null> {
      const key = `${from} ${to} ${count}`;
      let reading = pending.get(key);
      if (!reading) {
        reading = read(from, to, count).then((bars) => {
          found.set(key, bars);
          return bars;
        });
        pending.set(key, reading);
      }
      return reading;
    },
    /** The same if it is here already. */
    peek: (from: UtcSeconds, to: UtcSeconds, count: number): BarsAround | null =>
      found.get(`${from} ${to} ${count}`) ?? null,
    close() {
      isClosed = true;
      retries.retryNow();
      void opening?.then((opened) => opened?.store.close());
    },
  };
}
