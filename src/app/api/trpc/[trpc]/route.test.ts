import superjson from 'superjson';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { charts } from '@/lib/db/schema';
import { testDatabase } from '@/lib/db/testing';
import { ownCharts } from '@/server/testing';
import { GET, POST } from './route';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('PUBLIC_URL', 'https://charts.example.org');
});
afterAll(() => database.close());
beforeEach(() => database.db.delete(charts));

const HOST = 'localhost:3000';
const stored = () => database.db.select({ name: charts.name }).from(charts);

/** A mutation as a browser's fetch from our own page sends it, but for what is changed. */
function create(
  headers: Record<string, string | null> = {},
  {
    path = 'charts.create',
    body = JSON.stringify(superjson.serialize({ name: 'A' })) as BodyInit,
  } = {},
) {
  const all: Record<string, string | null> = {
    host: HOST,
    origin: `http://${HOST}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'content-length': '100',
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return POST(
    new Request(`http://${HOST}/api/trpc/${path}`, { method: 'POST', headers: given, body }),
  );
}
function query(path: string, input: unknown, headers: Record<string, string> = {}) {
  const json = encodeURIComponent(JSON.stringify(superjson.serialize(input)));
  const url = `http://${HOST}/api/trpc/${path}?input=${json}`;
  return GET(new Request(url, { headers: { host: HOST, ...headers } }));
}
const errorOf = async (response: Response) =>
  superjson.deserialize<{ message: string; data: { code: string; httpStatus: number } }>(
    (await response.json()).error,
  );

describe('served', () => {
  test.each([
    ['our own page', {}],
    ['a program without Origin', { origin: null, 'sec-fetch-site': null }],
    ['another loopback name', { host: '127.0.0.1:4100', origin: 'http://127.0.0.1:4100' }],
    ['IPv6', { host: '[::1]:3000', origin: 'http://[::1]:3000' }],
    ['the public address', { host: 'charts.example.org', origin: 'https://charts.example.org' }],
    ['a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ])('%s', async (_, headers) => {
    const response = await create(headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await stored()).toEqual([{ name: 'A' }]);
  });
});

describe('refused, and nothing stored', () => {
  const form = () => {
    const body = new FormData();
    body.set('json', JSON.stringify({ name: 'A' }));
    return body;
  };
  test.each([
    ['a form', 415, { 'content-type': null }, { body: form() }],
    ['bytes', 415, { 'content-type': 'application/octet-stream' }, {}],
    ['text', 415, { 'content-type': 'text/plain' }, {}],
    ['text that mentions JSON', 415, { 'content-type': 'text/plain; application/json' }, {}],
    ['an URL-encoded form', 415, { 'content-type': 'application/x-www-form-urlencoded' }, {}],
    ['no type', 415, { 'content-type': null }, { body: new Blob(['{}']) }],
    ['another site’s Origin', 403, { origin: 'https://evil.example' }, {}],
    ['another port’s Origin', 403, { origin: 'http://localhost:5173' }, {}],
    ['an opaque Origin', 403, { origin: 'null' }, {}],
    ['an Origin that begins like ours', 403, { origin: `http://${HOST}.evil.example` }, {}],
    ['a foreign Host, as after DNS rebinding', 403, { host: 'evil.example', origin: null }, {}],
    [
      'a foreign Host with its own Origin',
      403,
      { host: 'evil.example', origin: 'http://evil.example' },
      {},
    ],
    ['a Host that hides ours', 403, { host: 'localhost@evil.example', origin: null }, {}],
    ['no Host', 403, { host: null }, {}],
    ['a cross-site fetch', 403, { origin: null, 'sec-fetch-site': 'cross-site' }, {}],
    [
      'a same-site fetch from another port',
      403,
      { origin: null, 'sec-fetch-site': 'same-site' },
      {},
    ],
    ['5 MiB', 413, { 'content-length': String(5 * 2 ** 20) }, {}],
    ['a body of unknown length', 413, { 'content-length': null }, {}],
    ['a length that is no number', 413, { 'content-length': 'x' }, {}],
    [
      'a batch of 50',
      400,
      {},
      {
        path: `${Array.from({ length: 50 }, () => 'charts.create').join(',')}?batch=1`,
        body: JSON.stringify(Array.from({ length: 50 }, () => superjson.serialize({ name: 'A' }))),
      },
    ],
  ])('%s', async (_, status, headers, request) => {
    const response = await create(headers, request);
    expect(response.status).toBe(status);
    const body = await response.json();
    const [{ error }] = Array.isArray(body) ? body : [body];
    expect(error.json).toMatchObject({
      message: expect.stringMatching(/\w{3}/),
      data: { httpStatus: status },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
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
      const response = await query('charts.list', null, headers);
      expect(response.status).toBe(403);
      expect(await errorOf(response)).toMatchObject({ data: { code: 'FORBIDDEN' } });
    }
  });
});

test('ten calls are a batch', async () => {
  const response = await create(
    {},
    {
      path: `${Array.from({ length: 10 }, () => 'charts.create').join(',')}?batch=1`,
      body: JSON.stringify({
        ...Array.from({ length: 10 }, () => superjson.serialize({ name: 'A' })),
      }),
    },
  );
  expect(response.status).toBe(200);
  expect(await stored()).toHaveLength(10);
});

test('bad input names the field and shows no stack', async () => {
  const error = await errorOf(
    await create({}, { body: JSON.stringify(superjson.serialize({ name: ' ' })) }),
  );
  expect(error).toMatchObject({
    message: expect.stringContaining('must not be empty'),
    data: { code: 'BAD_REQUEST', issues: [{ path: ['name'] }] },
  });
  expect(JSON.stringify(error)).not.toContain('node_modules');
});

test('a body that is no JSON is a bad request', async () => {
  expect((await create({}, { body: '{' })).status).toBe(400);
});

test('tiles are kept for good under their data revision, and nothing else is', async () => {
  const [chart] = await database.db
    .insert(charts)
    .values({ name: 'A', timeframe: 60, dataRev: 3 })
    .returning({ id: charts.id });
  await ownCharts(database.db);
  const input = { chartId: chart?.id, dataRev: 3, timeframe: 60, level: 0, seqs: [0] };
  const cacheOf = async (path: string, of: unknown) => {
    const response = await query(path, of);
    return [response.status, response.headers.get('cache-control')];
  };
  expect(await cacheOf('candles.tiles', input)).toEqual([
    200,
    'private, max-age=31536000, immutable',
  ]);
  expect(await cacheOf('candles.tiles', { ...input, dataRev: 2 })).toEqual([404, 'no-store']);
  expect(await cacheOf('candles.pyramid', { chartId: chart?.id })).toEqual([200, 'no-store']);
  expect(await cacheOf('charts.list', null)).toEqual([200, 'no-store']);
  const batch = new URLSearchParams({
    batch: '1',
    input: JSON.stringify({ 0: superjson.serialize(input) }),
  });
  const response = await GET(
    new Request(`http://${HOST}/api/trpc/candles.tiles?${batch}`, { headers: { host: HOST } }),
  );
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
});
