import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ImportEvent, Mapping } from '@/contract/uploads';
import { callerFor } from '../root';
import { type TestServer, testServer } from '../testing';

let server: TestServer;
let folder: string;
let uploads: string;
const START = Date.UTC(2024, 0, 1) / 1000;
const timeOf = (i: number) => START + 60 * i;
const ROWS = Array.from({ length: 50 }, (_, i) => `${timeOf(i)},10,12,9,11,${i}\n`);
const TEXT = `time,open,high,low,close,volume\n${ROWS.join('')}`;

beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-uploads-test-'));
  vi.stubEnv('DATABASE_URL', server.url);
  uploads = join(folder, 'data', 'uploads');
  vi.stubEnv('UPLOADS_FOLDER', uploads);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await server.close();
});

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('an upload', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const send = (uploadId: string, offset: number, text: string) =>
    server.owner.uploads.append({ uploadId, offset, bytes: base64(text) });
  async function sendAll(text: string) {
    const uploadId = randomUUID();
    await send(uploadId, 0, text);
    return { uploadId, fileName: 'prices.csv' };
  }
  type Sent = Awaited<ReturnType<typeof sendAll>>;
  const target = (chartName: string) => ({ mode: 'new' as const, chartName });
  async function load(sent: Sent, more: { acceptGoodRows?: boolean; chartName?: string } = {}) {
    const { mapping } = await server.owner.uploads.inspect(sent);
    const { chartName = 'uploaded', ...rest } = more;
    const choices = { ...sent, mapping, target: target(chartName), ...rest };
    const events: ImportEvent[] = [];
    for await (const event of await server.owner.uploads.import(choices)) events.push(event);
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
    await expect(server.owner.uploads.append(input)).rejects.toThrow(code('BAD_REQUEST'));
  });

  it('belongs to who began it', async () => {
    const sent = await sendAll(TEXT);
    const other = callerFor({ db: server.db, actor: { id: 'other', role: 'owner' } }).uploads;
    await expect(other.inspect(sent)).rejects.toThrow(code('NOT_FOUND'));
    await other.discard({ uploadId: sent.uploadId });
    expect((await server.owner.uploads.inspect(sent)).rows).toHaveLength(8);
  });

  it('is shown before it is stored, under the mapping that is asked for', async () => {
    const sent = await sendAll(TEXT);
    const proposed = await server.owner.uploads.inspect(sent);
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
      return (await server.owner.uploads.inspect({ ...sent, mapping })).candles[0];
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

  it('says which lines are left out, and the instrument, before it is stored', async () => {
    const [header, ...rows] = TEXT.trimEnd().split('\n');
    const named = rows.map((row) => `${row},EURUSD`);
    const lines = [`${header},symbol`, ...named, 'Downloaded from a vendor'];
    lines.splice(9, 0, '# from a vendor');
    const inspection = await server.owner.uploads.inspect(await sendAll(`${lines.join('\n')}\n`));
    expect(inspection).toMatchObject({
      symbol: 'EURUSD',
      isWhole: true,
      leftOut: [
        { sort: 'comment', lines: 1 },
        { sort: 'footer', lines: 1 },
      ],
    });
  });

  it('that is no table of candles is shown all the same, for a person to map', async () => {
    const sent = await sendAll('a;b;c;d;e\n1;2;3;4;5\n');
    const { mapping, rows, format } = await server.owner.uploads.inspect(sent);
    expect(mapping.columns).toEqual(Array(5).fill('ignore'));
    expect([format, rows[1]]).toEqual(['Unknown', ['1', '2', '3', '4', '5']]);
  });

  it.each([
    ['empty', '', 'prices.csv is empty.'],
    ['prose', 'Dear all\n', 'prices.csv holds no candles'],
    ['binary', '\0\x01\x02', 'prices.csv is not a text file: it holds bytes that no text has.'],
  ])('that is %s is refused by a sentence', async (_, text, sentence) => {
    const sent = await sendAll(text);
    await expect(server.owner.uploads.inspect(sent)).rejects.toThrow(sentence);
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
    await expect(server.owner.uploads.inspect(sent)).rejects.toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'This upload is not there any more. Choose the file again.',
      }),
    );
  });

  it('of several files is one chart, whichever order they come in', async () => {
    const header = TEXT.split('\n', 1)[0];
    const rest = Array.from({ length: 60 }, (_, i) => `${timeOf(i + 40)},10,12,9,11,${i + 40}`);
    const later = await sendAll(`${header}\n${rest.join('\n')}\n`);
    const earlier = await sendAll(TEXT);
    const { mapping } = await server.owner.uploads.inspect(later);
    expect(await server.owner.uploads.range({ ...later, mapping })).toEqual({
      candles: 60,
      firstTime: timeOf(40),
      lastTime: timeOf(99),
    });
    const more = [{ ...earlier, fileName: 'earlier.csv', mapping }];
    const choices = { ...later, mapping, more, target: target('of two files') };
    const events: ImportEvent[] = [];
    for await (const event of await server.owner.uploads.import(choices)) events.push(event);
    // The ten candles that both have are the same.
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      candles: 100,
      leftOut: [{ sort: 'duplicate', lines: 10 }],
    });
    await expect(server.owner.uploads.inspect(earlier)).rejects.toThrow(code('NOT_FOUND'));
  });

  it('tells what became of its import to whoever lost the answer, and to nobody else', async () => {
    const sent = await sendAll(TEXT);
    const { uploadId } = sent;
    expect(await server.owner.uploads.outcome({ uploadId })).toEqual({ state: 'unknown' });
    const { mapping } = await server.owner.uploads.inspect(sent);
    const events = await server.owner.uploads.import({ ...sent, mapping, target: target('lost') });
    // Whoever reads them goes away at the last one.
    for await (const event of events) if (event.type === 'done') break;
    const outcome = await server.owner.uploads.outcome({ uploadId });
    expect(outcome).toMatchObject({ state: 'stored', done: { chartName: 'lost', candles: 50 } });
    const other = callerFor({ db: server.db, actor: { id: 'other', role: 'owner' } }).uploads;
    expect(await other.outcome({ uploadId })).toEqual({ state: 'unknown' });
  });

  it('with a bad row stays, for the good ones to be asked for', async () => {
    const sent = await sendAll(`${TEXT}1,x,1,1,1,1\n`);
    const refused = await load(sent, { chartName: 'bad' });
    expect(refused).toMatchObject({ type: 'refused', issueCount: 1, issues: [{ line: 52 }] });
    const done = await load(sent, { chartName: 'bad', acceptGoodRows: true });
    expect(done).toMatchObject({ type: 'done', chartName: 'bad', candles: 50, issueCount: 1 });
  });

  it('answers with a code and a sentence when its import fails on the way', async () => {
    const mapping: Mapping = {
      ...(await server.owner.uploads.inspect(await sendAll(TEXT))).mapping,
      columns: ['time', 'open', 'high', 'low'],
    };
    const choices = { fileName: 'a.csv', mapping, target: target('x') };
    const run = async (uploadId: string) => {
      for await (const _ of await server.owner.uploads.import({ ...choices, uploadId }));
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
    const { mapping } = await server.owner.uploads.inspect(sent);
    const given = new AbortController();
    const context = { db: server.db, actor: { id: 'local', role: 'owner' } } as const;
    const caller = callerFor(context, { signal: given.signal });
    const events = await caller.uploads.import({ ...sent, mapping, target: target('given up') });
    given.abort();
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow(code('CLIENT_CLOSED_REQUEST'));
    const { uploadId } = sent;
    expect(await server.owner.uploads.outcome({ uploadId })).toEqual({ state: 'nothing' });
    const charts = await server.owner.charts.list();
    expect(charts.filter(({ name }) => name === 'given up')).toEqual([]);
  });

  it('is forgotten when it is discarded, or after a day', async () => {
    const [discarded, old, young] = await Promise.all([1, 2, 3].map(() => sendAll(TEXT)));
    await server.owner.uploads.discard({ uploadId: discarded!.uploadId });
    await expect(server.owner.uploads.inspect(discarded!)).rejects.toThrow(code('NOT_FOUND'));

    const yesterday = Date.now() / 1000 - 25 * 3_600;
    for (const name of await readdir(uploads)) await utimes(join(uploads, name), 1, yesterday);
    await send(young!.uploadId, TEXT.length, '\n');
    await sendAll(TEXT);
    await expect(server.owner.uploads.inspect(old!)).rejects.toThrow(code('NOT_FOUND'));
    expect((await server.owner.uploads.inspect(young!)).rows).toHaveLength(8);
  });

  it('lies where only this user can look', async () => {
    await sendAll(TEXT);
    expect((await stat(uploads)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(uploads)) {
      expect((await stat(join(uploads, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('is refused where the room of all uploads is used up, and taken once there is some again', async () => {
    const uploadId = randomUUID();
    await send(uploadId, 0, TEXT);
    // It has the length, and takes nothing of the disk.
    const large = join(uploads, 'large');
    await writeFile(large, '');
    await truncate(large, 16 * 2 ** 30 - 100);
    await expect(send(uploadId, TEXT.length, TEXT)).rejects.toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_TOO_LARGE',
        message: expect.stringContaining(
          'The 16 GiB that uploads may take are used up. Finish or cancel',
        ),
      }),
    );
    await rm(large);
    expect(await send(uploadId, TEXT.length, TEXT)).toEqual({ size: 2 * TEXT.length });
  });

  it('is not written to a folder that others can enter', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    await chmod(uploads, 0o755);
    await expect(sendAll(TEXT)).rejects.toThrow(code('INTERNAL_SERVER_ERROR'));
    expect(String(logged.mock.lastCall?.[0])).toContain('only this user can enter');
    await chmod(uploads, 0o700);
    logged.mockRestore();
  });
});
