import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Pyramid } from '@/contract/candles';
import { encodeTile } from '@/contract/tile-codec';
import { RetryQueue } from './retry-queue';
import { TileStore } from './tile-store';

const column = (first: number) => Float64Array.of(first, first + 1);
const encoded = (seq: number) => {
  const bytes = encodeTile({
    time: column(seq * 100),
    open: column(1),
    high: column(3),
    low: column(1),
    close: column(2),
    volume: column(9),
  });
  return { seq, bytes: gzipSync(bytes).toString('base64') };
};
const at = (seq: number, level = 0) => ({ timeframe: 60, level, seq });

type Query = { level: number; seqs: number[] };
let asked: Query[] = [];
let answer = (seqs: number[]) => seqs.map(encoded);
const failed = vi.fn();
const retries = new RetryQueue(() => {});
const own = { timeframe: 60, bars: 2_000, topLevel: 1 };
const storeOf = (tiles: Pyramid['tiles'] = []) =>
  new TileStore(
    {
      async tiles({ level, seqs }) {
        asked.push({ level, seqs });
        return answer(seqs);
      },
    },
    { dataRev: 1, timeframes: [own], tiles },
    retries,
    failed,
  );

beforeEach(() => {
  asked = [];
  answer = (seqs) => seqs.map(encoded);
  failed.mockClear();
});

test('what is asked for at once goes in one query per level, each tile once', async () => {
  const store = storeOf();
  const tiles = await Promise.all([at(3), at(4), at(3), at(0, 1)].map((one) => store.load(one)));
  expect(asked).toEqual([
    { level: 0, seqs: [3, 4] },
    { level: 1, seqs: [0] },
  ]);
  expect([...(tiles[1]?.time ?? [])]).toEqual([400, 401]);
  expect(store.get(at(4))).toBe(tiles[1]);
  await store.load(at(4));
  expect(asked).toHaveLength(2);
});

test('no query asks for more tiles than the server gives', async () => {
  const store = storeOf();
  await Promise.all(Array.from({ length: 40 }, (_, seq) => store.load(at(seq))));
  expect(asked.map(({ seqs }) => seqs.length)).toEqual([16, 16, 8]);
});

test('an answer that lacks a tile is a failure, and is asked for again', async () => {
  answer = () => [];
  const store = storeOf();
  const tile = store.load(at(1));
  await expect.poll(() => failed.mock.calls).toHaveLength(1);
  expect(retries.error).toContain('the answer lacks tile 1');
  answer = (seqs) => seqs.map(encoded);
  retries.retryNow();
  expect([...(await tile).time]).toEqual([100, 101]);
  expect(retries.error).toBeNull();
});

test('once closed it asks for nothing more', async () => {
  const store = storeOf();
  void store.load(at(1));
  store.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toEqual([]);
});

test('the tiles used longest ago make room', async () => {
  const store = storeOf();
  for (let from = 0; from < 400; from += 16) {
    await Promise.all(Array.from({ length: 16 }, (_, more) => store.load(at(from + more))));
  }
  store.get(at(0));
  await store.load(at(1_000));
  expect(store.get(at(0))).toBeDefined();
  expect(store.get(at(1))).toBeUndefined();
});

test('tiles that came with the pyramid are not asked for, unless they are no tiles', async () => {
  const store = storeOf([
    { level: 0, ...encoded(3) },
    { level: 1, seq: 0, bytes: 'no tile' },
  ]);
  expect([...(store.get(at(3))?.time ?? [])]).toEqual([300, 301]);
  await Promise.all([store.load(at(3)), store.load(at(0, 1))]);
  expect(asked).toEqual([{ level: 1, seqs: [0] }]);
});
