import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeTile } from '@/contract/tile-codec';
import { type TestServer, testServer } from '../testing';
import { importFile } from './import/import-file';

let server: TestServer;
let folder: string;
let chartId: number;
let emptyId: number;
const START = Date.UTC(2024, 0, 1) / 1000;
const CANDLES = 5_000;
/** A pause after each hundred candles. */
const timeOf = (i: number) => START + 60 * i + 3_600 * Math.floor(i / 100);
const csv = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${timeOf(from + i)},10,12,9,11,${from + i}`).join(
    '\n',
  );

beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-router-'));
  const path = join(folder, 'minutes.csv');
  await writeFile(path, `time,open,high,low,close,volume\n${csv(0, CANDLES)}\n`);
  const done = await importFile({ url: server.url, path });
  if (done.type !== 'done') throw new Error('the chart of these tests was refused');
  chartId = done.chartId;
  emptyId = (await server.owner.charts.create({ name: 'empty' })).id;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('candles.pyramid', () => {
  it('lists the timeframes from the chart’s own on, with their bars', async () => {
    const { timeframes, dataRev } = await server.owner.candles.pyramid({ chartId });
    expect(timeframes[0]).toEqual({ timeframe: 60, bars: CANDLES, topLevel: 2 });
    expect(timeframes.map(({ timeframe }) => timeframe)).toEqual([
      60, 300, 900, 3_600, 14_400, 86_400, 604_800, 2_592_000,
    ]);
    expect(dataRev).toBe((await server.owner.charts.get({ chartId })).dataRev);
  });

  it('brings the tiles along that the chart opens with', async () => {
    const { dataRev, tiles } = await server.owner.candles.pyramid({ chartId });
    const newest = Math.floor((CANDLES - 1) / 1_024);
    const query = { chartId, dataRev, timeframe: 60 };
    const [top] = await server.owner.candles.tiles({ ...query, level: 2, seqs: [0] });
    const last = await server.owner.candles.tiles({
      ...query,
      level: 0,
      seqs: [newest - 1, newest],
    });
    const expected = [{ level: 2, ...top }, ...last.map((tile) => ({ level: 0, ...tile }))];
    expect(tiles).toHaveLength(3);
    expect(tiles).toEqual(expect.arrayContaining(expected));
  });

  it('is empty for an empty chart', async () => {
    const { timeframes, tiles } = await server.owner.candles.pyramid({ chartId: emptyId });
    expect([timeframes, tiles]).toEqual([[], []]);
  });
});

describe('candles.tiles', () => {
  const tiles = async (change: { seqs?: number[]; level?: number; dataRev?: number } = {}) => {
    const { dataRev } = await server.owner.candles.pyramid({ chartId });
    const query = { chartId, dataRev, timeframe: 60, level: 0, seqs: [0], ...change };
    return server.owner.candles.tiles(query);
  };

  it('answers tiles that hold the candles', async () => {
    const found = await tiles({ seqs: [4, 1, 99] });
    expect(found.map(({ seq }) => seq)).toEqual([1, 4]);
    for (const { bytes } of found) expect(bytes).toMatch(/^[\w+/]+=*$/);
    const [first, last] = found.map(({ bytes }) =>
      decodeTile(gunzipSync(Buffer.from(bytes, 'base64'))),
    );
    expect(first?.time[0]).toBe(timeOf(1_024));
    expect(last?.volume.at(-1)).toBe(CANDLES - 1);
  });

  it('answers none beyond the last level', async () =>
    expect(await tiles({ level: 9 })).toEqual([]));

  it('tells to reload when the candles have changed', async () => {
    await expect(tiles({ dataRev: 1 })).rejects.toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'The candles of this chart have changed. Load it again.',
      }),
    );
  });

  it('refuses too many at once', async () => {
    const seqs = Array.from({ length: 17 }, (_, i) => i);
    await expect(tiles({ seqs })).rejects.toThrow(code('BAD_REQUEST'));
  });
});

describe('candles.locate', () => {
  it.each([
    ['before the first', START - 9e6, 0],
    ['the first', START, 0],
    ['in the first minute', START + 59.5, 0],
    ['the second', START + 60, 1],
    ['the last of a tile', timeOf(1_023), 1_023],
    ['the first of a tile', timeOf(1_024), 1_024],
    ['in a pause', timeOf(99) + 1_800, 99],
    ['the last', timeOf(CANDLES - 1), CANDLES - 1],
    ['after the last', timeOf(CANDLES) + 9e9, CANDLES - 1],
  ])('finds the bar at or before a time: %s', async (_, time, bar) => {
    expect(await server.owner.candles.locate({ chartId, timeframe: 60, time })).toEqual({ bar });
  });

  it('counts in bars of the timeframe', async () => {
    const located = await server.owner.candles.locate({
      chartId,
      timeframe: 300,
      time: START + 601,
    });
    expect(located).toEqual({ bar: 2 });
  });

  it.each([
    ['a timeframe that is not there', () => chartId, 7],
    ['an empty chart', () => emptyId, 60],
  ])('knows no bar of %s', async (_, chart, timeframe) => {
    const query = { chartId: chart(), timeframe, time: START };
    await expect(server.owner.candles.locate(query)).rejects.toThrow(code('NOT_FOUND'));
  });
});

describe('candles.window', () => {
  const window = (from: number, to: number, limit?: number) =>
    server.owner.candles.window({ chartId, from, to, ...(limit && { limit }) });
  const EMPTY = { time: [], open: [], high: [], low: [], close: [], volume: [], next: null };

  it('answers columns with both ends', async () => {
    expect(await window(timeOf(1), timeOf(2))).toEqual({
      time: [timeOf(1), timeOf(2)],
      open: [10, 10],
      high: [12, 12],
      low: [9, 9],
      close: [11, 11],
      volume: [1, 2],
      next: null,
    });
  });

  it('goes on from `next` to the last window', async () => {
    const seen: number[] = [];
    for (let from: number | null = START; from !== null; ) {
      const { time, next } = await window(from, timeOf(CANDLES), 999);
      seen.push(...time);
      from = next;
    }
    expect(seen).toEqual(Array.from({ length: CANDLES }, (_, i) => timeOf(i)));
  });

  it.each([
    ['before the first candle', 0, START - 1],
    ['after the last', timeOf(CANDLES), timeOf(CANDLES) + 9e6],
    ['in a pause', timeOf(99) + 1, timeOf(100) - 1],
  ])('is empty %s', async (_, from, to) => expect(await window(from, to)).toEqual(EMPTY));

  it.each([
    ['from after to', START + 1, START, 5],
    ['more than it may hold', START, START, 10_001],
    ['a time that is none', Number.NaN, START, 5],
  ])('refuses %s', async (_, from, to, limit) => {
    await expect(window(from, to, limit)).rejects.toThrow(code('BAD_REQUEST'));
  });
});
