import { once } from 'node:events';
import { get } from 'node:http';
import superjson from 'superjson';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { charts } from '@/lib/db/schema';
import { ownCharts } from '../testing';
import { type Answer, PUBLIC, testHttp, webTests } from './testing';

const { database, http } = await webTests();
beforeEach(() => database.db.delete(charts));

const stored = () => database.db.select({ name: charts.name }).from(charts);
const json = (value: unknown) => JSON.stringify(superjson.serialize(value));

type Headers = Record<string, string | null>;
type Call = { path?: string; body?: string; method?: string };

/** A mutation as a browser's fetch from our own page sends it, but for what is changed. */
const create = (headers: Headers = {}, call: Call = {}) => {
  const { path = 'charts.create', body = json({ name: 'A' }), method = 'POST' } = call;
  const own = {
    authorization: `Bearer ${http.token}`,
    origin: http.url,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
  return http.ask(`/api/trpc/${path}`, { ...own, ...headers }, { method, body });
};
const query = (path: string, input: unknown, headers: Headers = {}) =>
  http.ask(`/api/trpc/${path}?input=${encodeURIComponent(json(input))}`, {
    ...signedIn(),
    ...headers,
  });
const signedIn = (of = http) => ({ authorization: `Bearer ${of.token}` });
const errorOf = ({ body }: Answer) => {
  const parsed = JSON.parse(body);
  const [{ error }] = Array.isArray(parsed) ? parsed : [parsed];
  return superjson.deserialize<{ message: string; data: { code: string; httpStatus: number } }>(
    error,
  );
};

describe('a call is served', () => {
  test.each([
    ['our own page', {}],
    ['a program without Origin', { origin: null, 'sec-fetch-site': null }],
    ['another loopback name', { host: 'localhost:4100', origin: 'http://localhost:4100' }],
    ['IPv6', { host: '[::1]:3000', origin: 'http://[::1]:3000' }],
    ['the public address', { host: PUBLIC, origin: `https://${PUBLIC}` }],
    ['a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ])('from %s', async (_, headers) => {
    const { status, headers: answered } = await create(headers);
    expect([status, answered['cache-control']]).toEqual([200, 'no-store']);
    expect(await stored()).toEqual([{ name: 'A' }]);
  });

  test('ten at once', async () => {
    const ten = Array.from({ length: 10 });
    const { status } = await create(
      {},
      {
        path: `${ten.map(() => 'charts.create').join(',')}?batch=1`,
        body: JSON.stringify({ ...ten.map((_, i) => superjson.serialize({ name: `${i}` })) }),
      },
    );
    expect(status).toBe(200);
    expect(await stored()).toHaveLength(10);
  });
});

describe('a call is refused, and nothing stored', () => {
  const fifty = Array.from({ length: 50 });
  const batch = {
    path: `${fifty.map(() => 'charts.create').join(',')}?batch=1`,
    body: JSON.stringify(fifty.map(() => superjson.serialize({ name: 'A' }))),
  };
  const EVIL = 'http://evil.example';
  test.each<[string, number, Headers, Call?]>([
    ['a form', 415, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['bytes', 415, { 'content-type': 'application/octet-stream' }],
    ['text', 415, { 'content-type': 'text/plain' }],
    ['text that mentions JSON', 415, { 'content-type': 'text/plain; application/json' }],
    ['an URL-encoded form', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', 415, { 'content-type': null }],
    ['another site’s Origin', 403, { origin: EVIL }],
    ['another port’s Origin', 403, { origin: 'http://127.0.0.1:1' }],
    ['an opaque Origin', 403, { origin: 'null' }],
    [
      'an Origin that begins like ours',
      403,
      { host: 'localhost', origin: 'http://localhost.evil.example' },
    ],
    ['a foreign Host, as after DNS rebinding', 403, { host: 'evil.example', origin: null }],
    ['a foreign Host with its own Origin', 403, { host: 'evil.example', origin: EVIL }],
    ['a Host that hides ours', 403, { host: 'localhost@evil.example', origin: null }],
    ['a cross-site fetch', 403, { origin: null, 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch from another port', 403, { origin: null, 'sec-fetch-site': 'same-site' }],
    ['5 MiB', 413, { 'content-length': null, 'transfer-encoding': 'chunked' }],
    ['a batch of 50', 400, {}, batch],
    ['another method', 405, {}, { method: 'PUT' }],
  ])('%s', async (_, status, headers, call) => {
    const answer = await create(headers, call);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringMatching(/\w{3}/),
      data: { httpStatus: status },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await stored()).toEqual([]);
  });

  test('more than 4 MiB, before it is read', async () => {
    const body = json({ name: 'A'.repeat(5 * 2 ** 20) });
    const answer = await create({}, { body }).catch((error) => error);
    // The connection may be gone before the answer is read.
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer.status ?? answer.code);
    expect(await stored()).toEqual([]);
  });

  test('a mutation over GET', async () => {
    expect((await query('charts.create', { name: 'A' })).status).toBe(405);
    expect(await stored()).toEqual([]);
  });

  test('reading under a foreign Host, or from another site', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ]) {
      const answer = await query('charts.list', null, headers);
      expect(answer.status).toBe(403);
      expect(errorOf(answer)).toMatchObject({ data: { code: 'FORBIDDEN' } });
    }
  });

  test('bad input names the field and shows no stack', async () => {
    const error = errorOf(await create({}, { body: json({ name: ' ' }) }));
    expect(error).toMatchObject({
      message: expect.stringContaining('must not be empty'),
      data: { code: 'BAD_REQUEST', issues: [{ path: ['name'] }] },
    });
    expect(JSON.stringify(error)).not.toContain('node_modules');
  });

  test('an input without the form of tRPC’s clients says how to write it', async () => {
    const sentence = (input: string) => `The input has to stand under “json”: {"json": ${input}}.`;
    const written = await create({}, { body: '{"name":"A"}' });
    expect(errorOf(written)).toMatchObject({ message: sentence('{"name":"A"}') });
    const input = encodeURIComponent('{"chartId":1}');
    const read = await http.ask(`/api/trpc/charts.get?input=${input}`, signedIn());
    expect([read.status, errorOf(read).message]).toEqual([400, sentence('{"chartId":1}')]);
    const nothing = await create({}, { body: '' });
    expect(nothing.status).toBe(400);
  });

  test('a body that is no JSON', async () => {
    expect((await create({}, { body: '{' })).status).toBe(400);
  });

  test.each([
    '/api/trpc/%E0%A4%A',
    '/charts/%',
    '/charts/%ff',
    '/charts/a%00',
    '*',
    'http://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/%5cevil.example/',
    '/_next/../charts/1',
    '/_next/%2e%2e/charts/1',
    '/icon.svg/..%2fcharts/1',
    '/api/trpc/./charts.list',
  ])('an address that not everybody reads alike: %s', async (path) => {
    const { status, body } = await http.ask(path, signedIn(), { method: 'OPTIONS' });
    expect([status, body]).toEqual([400, expect.stringContaining('is no path of this server')]);
  });
});

describe('what is kept, and what is sent small', () => {
  let chartId: number;
  const tiles = (more: object = {}) => ({
    ...{ chartId, dataRev: 3, timeframe: 60, level: 0, seqs: [0] },
    ...more,
  });
  beforeEach(async () => {
    const chart = { name: 'A', timeframe: 60, dataRev: 3 };
    const [made] = await database.db.insert(charts).values(chart).returning({ id: charts.id });
    chartId = made?.id ?? 0;
    await ownCharts(database.db);
  });

  test('tiles are kept for good under their data revision, and nothing else is', async () => {
    const cacheOf = async (path: string, input: unknown) => {
      const { status, headers } = await query(path, input);
      return [status, headers['cache-control']];
    };
    const forGood = 'private, max-age=31536000, immutable';
    expect(await cacheOf('candles.tiles', tiles())).toEqual([200, forGood]);
    expect(await cacheOf('candles.tiles', tiles({ dataRev: 2 }))).toEqual([404, 'no-store']);
    expect(await cacheOf('candles.pyramid', { chartId })).toEqual([200, 'no-store']);
    expect(await cacheOf('charts.list', null)).toEqual([200, 'no-store']);
    const input = JSON.stringify({ 0: superjson.serialize(tiles()) });
    const batch = new URLSearchParams({ batch: '1', input });
    const { status, headers } = await http.ask(`/api/trpc/candles.tiles?${batch}`, signedIn());
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  });

  test('answers are compressed for who is elsewhere; tiles, which are gzip, and streams are not', async () => {
    await database.db
      .insert(charts)
      .values(Array.from({ length: 20 }, (_, i) => ({ name: `chart ${i}` })));
    await ownCharts(database.db);
    const from = (host: string) => ({ host, 'accept-encoding': 'gzip' });
    const encodingOf = async (path: string, input: unknown, host = PUBLIC) =>
      (await query(path, input, from(host))).headers['content-encoding'];
    expect(await encodingOf('charts.list', null)).toBe('gzip');
    expect(await encodingOf('charts.list', null, http.host)).toBeUndefined();
    expect(await encodingOf('candles.tiles', tiles())).toBeUndefined();
    expect(
      (await http.ask('/', { ...from(PUBLIC), ...signedIn() })).headers['content-encoding'],
    ).toBe('gzip');
    const answer = await fetch(`${http.url}/api/trpc/charts.list`, { headers: signedIn() });
    expect((await answer.json()).result.data.json).toHaveLength(21);
  });

  test('a stream of events is told as it happens and ends with its reader', async () => {
    const input = encodeURIComponent(json({ chartId, since: 0 }));
    const own = await testHttp();
    const stream = get(`${own.url}/api/trpc/live.chart?input=${input}`, {
      agent: false,
      headers: signedIn(own),
    });
    const [response] = await once(stream, 'response');
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
    });
    let said = '';
    response.on('data', (chunk: Buffer) => (said += chunk));
    await expect.poll(() => said).toContain('event: connected');
    await expect.poll(() => said).toContain('event: ping');
    expect(await own.connections()).toBe(1);
    stream.destroy();
    await expect.poll(own.connections).toBe(0);
    await own.close();
  });
});

describe('headers', () => {
  test('every answer says what browsers may do with it, and not who made it', async () => {
    for (const path of ['/', '/api/health', '/api/trpc/charts.list', '/api/nowhere']) {
      const { headers } = await http.ask(path, signedIn());
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test('pages have a nonce of their own each, that Next.js is told, whatever the client says', async () => {
    const told: unknown[] = [];
    const pages = await testHttp({
      pages: {
        async serve({ headers }, response) {
          told.push(headers['content-security-policy']);
          response.end();
        },
        upgrade: () => false,
      },
    });
    const own = { ...signedIn(pages), 'content-security-policy': "script-src 'nonce-mine'" };
    const policies = [await pages.ask('/', own), await pages.ask('/', own)].map(
      ({ headers }) => headers['content-security-policy'],
    );
    await pages.close();
    expect(policies[0]).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic';/);
    expect(policies[0]).not.toBe(policies[1]);
    expect(told).toEqual(policies);
  });
});

describe('what HTTP forbids', () => {
  test.each([
    ...['/', '/charts/1', '/nowhere', '/sign-in', '/icon.svg'].map((path) => [path, 'GET, HEAD']),
    ...['/api/health', '/api/ready'].map((path) => [path, 'GET, HEAD']),
    ['/api/trpc/charts.list', 'GET, HEAD, POST'],
  ])('writing to what is only read, %s, is refused and told how to read', async (path, allow) => {
    const methods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', ...(/POST/.test(allow) ? [] : ['POST'])];
    for (const method of methods) {
      const { status, headers } = await http.ask(path, signedIn(), { method });
      expect([method, status, headers.allow]).toEqual([method, 405, allow]);
    }
    expect((await http.ask(path, signedIn(), { method: 'HEAD' })).status).not.toBe(405);
  });

  const HOST = 'Host: 127.0.0.1';
  const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];

  test.each([
    ['TRACE', ['TRACE / HTTP/1.1', HOST], /^HTTP\/1.1 405 /],
    ['a second Host', ['GET / HTTP/1.1', HOST, 'host: evil.example'], /^HTTP\/1.1 400 /],
    ['no Host', ['GET / HTTP/1.0'], /^HTTP\/1.1 400 /],
    ['a foreign Host of a page', ['GET / HTTP/1.1', 'Host: evil.example'], /^HTTP\/1.1 403 /],
    ['the same of health', ['GET /api/health HTTP/1.1', 'Host: evil.example'], /^HTTP\/1.1 403 /],
    ['the same of ready', ['GET /api/ready HTTP/1.1', 'Host: evil.example'], /^HTTP\/1.1 403 /],
  ])('%s is refused', async (_, lines, answered) => {
    expect(await http.say(...lines)).toMatch(answered);
  });

  test('a WebSocket is closed at once, from any page, and nothing is held open', async () => {
    const own = await testHttp();
    const upgrades = Array.from({ length: 200 }, (_, i) =>
      own.say('GET /_next/webpack-hmr HTTP/1.1', HOST, ...UPGRADE, `Origin: http://${i}.example`),
    );
    expect(new Set(await Promise.all(upgrades))).toEqual(new Set(['']));
    await expect.poll(own.connections).toBe(0);
    await own.close();
  });

  test('a WebSocket that Next.js knows reaches it from our own page alone', async () => {
    const pages = await testHttp({
      pages: {
        serve: async () => {},
        upgrade(_, socket) {
          socket.end('taken');
          return true;
        },
      },
    });
    const from = (origin: string, host = pages.host) =>
      pages.say('GET /hmr HTTP/1.1', `Host: ${host}`, ...UPGRADE, `Origin: ${origin}`);
    expect(await from(pages.url)).toBe('taken');
    expect(await from('http://evil.example')).toBe('');
    expect(await from('http://evil.example', 'evil.example')).toBe('');
    await pages.close();
  });

  test('a page that fails is an answer, and the next one is served', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    let isBroken = true;
    const pages = await testHttp({
      pages: {
        async serve(_, response) {
          if (isBroken) throw new Error('broken');
          response.end();
        },
        upgrade: () => false,
      },
    });
    const first = await pages.ask('/', signedIn(pages));
    isBroken = false;
    expect([first.status, (await pages.ask('/', signedIn(pages))).status]).toEqual([500, 200]);
    expect(first.body).not.toContain('broken');
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
    await pages.close();
  });
});
