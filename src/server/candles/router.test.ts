import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ImportEvent, Mapping } from '@/contract/candles';
import { decodeTile } from '@/contract/tile-codec';
import { callerFor } from '../root';
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
  vi.stubEnv('DATABASE_URL', server.url);
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-router-'));
  vi.stubEnv('TMPDIR', folder);
  const path = join(folder, 'minutes.csv');
  await writeFile(path, `time,open,high,low,close,volume\n${csv(0, CANDLES)}\n`);
  const done = await importFile({ url: server.url, path });
  if (done.type !== 'done') throw new Error('the chart of these tests was refused');
  chartId = done.chartId;
  emptyId = (await server.owner.charts.create({ name: 'empty' })).id;
});
afterAll(async () => {
  vi.unstubAllEnvs();
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

  it('is empty for an empty chart', async () => {
    const { timeframes } = await server.owner.candles.pyramid({ chartId: emptyId });
    expect(timeframes).toEqual([]);
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

describe('an upload', () => {
  const TEXT = `time,open,high,low,close,volume\n${csv(0, 50)}\n`;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const send = (uploadId: string, offset: number, text: string) =>
    server.owner.candles.upload({ uploadId, offset, bytes: base64(text) });
  async function sendAll(text: string) {
    const uploadId = randomUUID();
    await send(uploadId, 0, text);
    return { uploadId, fileName: 'prices.csv' };
  }
  type Sent = Awaited<ReturnType<typeof sendAll>>;
  async function load(sent: Sent, more: { acceptGoodRows?: boolean; chartName?: string } = {}) {
    const { mapping } = await server.owner.candles.inspect(sent);
    const choices = { ...sent, mapping, chartName: 'uploaded', ...more };
    const events: ImportEvent[] = [];
    for await (const event of await server.owner.candles.import(choices)) events.push(event);
    return events.at(-1);
  }

  it('grows by chunks, each sent once or again', async () => {
    const uploadId = randomUUID();
    expect(await send(uploadId, 0, TEXT.slice(0, 100))).toEqual({ size: 100 });
    expect(await send(uploadId, 0, TEXT.slice(0, 100))).toEqual({ size: 100 });
    await send(uploadId, 100, TEXT.slice(100, 200));
    expect(await send(uploadId, 100, TEXT.slice(100, 200))).toEqual({ size: 200 });
    await expect(send(uploadId, 100, 'something else')).rejects.toThrow(
      'This upload has 200 bytes: the next chunk starts there, not at 100.',
    );
    await expect(send(uploadId, 300, 'x')).rejects.toThrow(code('BAD_REQUEST'));
    await send(uploadId, 200, TEXT.slice(200));
    expect(await load({ uploadId, fileName: 'prices.csv' })).toMatchObject({ candles: 50 });
  });

  it.each([
    ['an id that is none', { uploadId: '../../etc/passwd', offset: 0, bytes: '' }],
    ['bytes that are no base64', { uploadId: randomUUID(), offset: 0, bytes: '%' }],
    [
      'a chunk beyond the limit',
      { uploadId: randomUUID(), offset: 0, bytes: 'AAAA'.repeat(349_527) },
    ],
    ['a place before its beginning', { uploadId: randomUUID(), offset: -1, bytes: '' }],
  ])('refuses %s', async (_, input) => {
    await expect(server.owner.candles.upload(input)).rejects.toThrow(code('BAD_REQUEST'));
  });

  it('belongs to who began it', async () => {
    const sent = await sendAll(TEXT);
    const other = callerFor({ db: server.db, actor: { id: 'other', role: 'owner' } }).candles;
    await expect(other.inspect(sent)).rejects.toThrow(code('NOT_FOUND'));
    await other.discard({ uploadId: sent.uploadId });
    expect((await server.owner.candles.inspect(sent)).rows).toHaveLength(8);
  });

  it('is shown before it is stored, under the mapping that is asked for', async () => {
    const sent = await sendAll(TEXT);
    const proposed = await server.owner.candles.inspect(sent);
    expect(proposed).toMatchObject({
      format: 'Table with a header',
      header: ['time', 'open', 'high', 'low', 'close', 'volume'],
      questions: [],
    });
    expect(proposed.rows[1]).toEqual([String(timeOf(1)), '10', '12', '9', '11', '1']);
    const candle = { time: timeOf(1), open: 10, high: 12, low: 9, close: 11, volume: 1 };
    expect(proposed.candles[1]).toEqual(candle);

    const inspect = async (change: Partial<Mapping>) => {
      const mapping = { ...proposed.mapping, ...change };
      return (await server.owner.candles.inspect({ ...sent, mapping })).candles[0];
    };
    expect(await inspect({ timeFormat: 'iso' })).toEqual({
      error: `time “${START}” cannot be read as YYYY-MM-DD`,
    });
    expect(await inspect({ columns: ['time', 'open'] })).toEqual({
      error: 'No column is chosen for high, low, close.',
    });
    expect(await inspect({ timeZone: 'Nowhere' })).toEqual({
      error: expect.stringContaining('There is no time zone “Nowhere”.'),
    });
  });

  it('that is no table of candles is shown all the same, for a person to map', async () => {
    const sent = await sendAll('a;b;c;d;e\n1;2;3;4;5\n');
    const { mapping, rows, format } = await server.owner.candles.inspect(sent);
    expect(mapping.columns).toEqual(Array(5).fill('ignore'));
    expect([format, rows[1]]).toEqual(['Unknown', ['1', '2', '3', '4', '5']]);
  });

  it.each([
    ['empty', '', 'prices.csv is empty.'],
    ['prose', 'Dear all\n', 'prices.csv holds no candles'],
    ['binary', '\0\x01\x02', 'prices.csv is not a text file.'],
  ])('that is %s is refused by a sentence', async (_, text, sentence) => {
    const sent = await sendAll(text);
    await expect(server.owner.candles.inspect(sent)).rejects.toThrow(sentence);
  });

  it('becomes a chart, and is gone', async () => {
    const sent = await sendAll(TEXT);
    const done = await load(sent, { chartName: 'from the browser' });
    expect(done).toMatchObject({ type: 'done', chartName: 'from the browser', candles: 50 });
    const charts = await server.owner.charts.list();
    expect(charts.find(({ name }) => name === 'from the browser')).toMatchObject({
      candleCount: 50,
      timeframe: 60,
    });
    await expect(server.owner.candles.inspect(sent)).rejects.toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'This upload is not there any more. Choose the file again.',
      }),
    );
  });

  it('with a bad row stays, for the good ones to be asked for', async () => {
    const sent = await sendAll(`${TEXT}1,x,1,1,1,1\n`);
    const refused = await load(sent, { chartName: 'bad' });
    expect(refused).toMatchObject({ type: 'refused', problemCount: 1, problems: [{ line: 52 }] });
    const done = await load(sent, { chartName: 'bad', acceptGoodRows: true });
    expect(done).toMatchObject({ type: 'done', chartName: 'bad', candles: 50, problemCount: 1 });
  });

  it('answers with a code and a sentence when its import fails on the way', async () => {
    const mapping: Mapping = {
      ...(await server.owner.candles.inspect(await sendAll(TEXT))).mapping,
      columns: ['time', 'open', 'high', 'low'],
    };
    const choices = { fileName: 'a.csv', mapping, chartName: 'x' };
    const run = async (uploadId: string) => {
      for await (const _ of await server.owner.candles.import({ ...choices, uploadId }));
    };
    await expect(run(randomUUID())).rejects.toThrow(code('NOT_FOUND'));
    const { uploadId } = await sendAll(TEXT);
    await expect(run(uploadId)).rejects.toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: 'No column is chosen for close.',
      }),
    );
  });

  it('is not stored when the request is given up', async () => {
    const sent = await sendAll(TEXT);
    const { mapping } = await server.owner.candles.inspect(sent);
    const given = new AbortController();
    const context = { db: server.db, actor: { id: 'local', role: 'owner' } } as const;
    const caller = callerFor(context, { signal: given.signal });
    const events = await caller.candles.import({ ...sent, mapping, chartName: 'given up' });
    given.abort();
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow(code('CLIENT_CLOSED_REQUEST'));
    const charts = await server.owner.charts.list();
    expect(charts.filter(({ name }) => name === 'given up')).toEqual([]);
  });

  it('is forgotten when it is discarded, or after a day', async () => {
    const [discarded, old, young] = await Promise.all([1, 2, 3].map(() => sendAll(TEXT)));
    await server.owner.candles.discard({ uploadId: discarded!.uploadId });
    await expect(server.owner.candles.inspect(discarded!)).rejects.toThrow(code('NOT_FOUND'));

    const uploads = join(folder, 'candle-annotator-uploads');
    const yesterday = Date.now() / 1000 - 25 * 3_600;
    for (const name of await readdir(uploads)) await utimes(join(uploads, name), 1, yesterday);
    await send(young!.uploadId, TEXT.length, '\n');
    await sendAll(TEXT);
    await expect(server.owner.candles.inspect(old!)).rejects.toThrow(code('NOT_FOUND'));
    expect((await server.owner.candles.inspect(young!)).rows).toHaveLength(8);
  });

  it('is not written to a folder that others can enter', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    await chmod(join(folder, 'candle-annotator-uploads'), 0o755);
    await expect(sendAll(TEXT)).rejects.toThrow(code('INTERNAL_SERVER_ERROR'));
    expect(String(logged.mock.lastCall?.[0])).toContain('only this user can enter');
    await chmod(join(folder, 'candle-annotator-uploads'), 0o700);
    logged.mockRestore();
  });
});
