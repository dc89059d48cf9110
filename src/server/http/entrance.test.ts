import { once } from 'node:events';
import { type ClientRequest, get } from 'node:http';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { db } from '@/lib/db';
import { accessTokens } from '@/lib/db/schema';
import { acceptToken, signInUrl } from '../access/access';
import { addToken, hashOf } from '../access/data';
import { type Answer, PUBLIC, testHttp, webTests } from './testing';

const { database, http } = await webTests();

/** The path of an address as `npm start` prints it. */
const newLink = async () => (await signInUrl(db(), http.url)).slice(http.url.length);
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0] ?? '';
/** What a browser sends on once it has this answer. */
const kept = (answer: Answer) => ({ cookie: cookieOf(answer).split(';')[0] ?? '' });
const signIn = async () => kept(await http.ask(await newLink()));

const JSON_TYPE = { 'content-type': 'application/json' };
const list = async (headers: Record<string, string>) =>
  (await http.ask('/api/trpc/charts.list', headers)).status;
const create = (headers: Record<string, string>) => {
  const body = '{"json":{"name":"A"}}';
  const length = { 'content-length': String(body.length) };
  return http.ask(
    '/api/trpc/charts.create',
    { ...JSON_TYPE, ...length, ...headers },
    { method: 'POST', body },
  );
};
const COMPLAINT = 'You are not signed in. Open the address that npm start printed';

describe('without a token', () => {
  test('another user of this machine reads and writes nothing, streams and uploads included', async () => {
    for (const path of [
      'charts.list',
      'uploads.inspect?input={}',
      'exports.download?batch=1&input={"0":{}}',
      'charts.list,charts.list?batch=1&input={}',
    ]) {
      const { status, body } = await http.ask(`/api/trpc/${encodeURI(path)}`);
      expect([status, body]).toEqual([401, expect.stringContaining(COMPLAINT)]);
    }
    for (const path of ['uploads.append', 'uploads.import', 'charts.create', 'charts.delete']) {
      const input = { ...JSON_TYPE, 'content-length': '11' };
      const post = { method: 'POST', body: '{"json":{}}' };
      const { status } = await http.ask(`/api/trpc/${path}`, input, post);
      expect(status, path).toBe(401);
    }
    const stream = await http.ask('/api/trpc/live.charts?input={"json":{"charts":[]}}');
    expect(stream.body).toContain(COMPLAINT);
    expect(await database.db.execute('select from charts')).toHaveLength(0);
  });

  test('health and readiness are told', async () => {
    expect((await http.ask('/api/health')).status).toBe(200);
    expect((await http.ask('/api/ready')).status).toBe(200);
  });

  test('a person is told how to come in, and pages load what they are made of', async () => {
    for (const path of ['/', '/charts/1', '/models?run=1', '/sign-in']) {
      const { status, body, headers } = await http.ask(path);
      expect(status, path).toBe(401);
      expect(body).toContain('Open the address that <code>npm start</code> printed');
      expect(headers['content-security-policy']).not.toContain('script-src');
    }
    expect((await http.ask('/_next/static/chunks/a.js')).status).toBe(200);
  });

  test.each([
    ['a wrong bearer', { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['the token as another scheme', { authorization: 'Basic x' }],
    ['a cookie of nobody', { cookie: `candle-annotator-1=${'A'.repeat(43)}` }],
    ['SQL', { authorization: "Bearer '||(select-hash)||'" }],
  ])('%s lets nobody in', async (_, headers) => {
    expect(await list(headers)).toBe(401);
  });
});

describe('the address that is printed', () => {
  test('is exchanged for a cookie that no script and no other site gets, and leaves the address bar', async () => {
    const answer = await http.ask(await newLink());
    expect([answer.status, answer.headers.location, answer.body]).toEqual([303, '/', '']);
    expect(answer.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const port = new URL(http.url).port;
    expect(cookieOf(answer)).toMatch(
      new RegExp(
        `^candle-annotator-${port}=[\\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`,
      ),
    );
    const page = await http.ask('/', kept(answer));
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('A page')]);
    // And again, as after a reload.
    expect((await http.ask('/charts/1', kept(answer))).status).toBe(200);
    expect(await list(kept(answer))).toBe(200);
  });

  test('lets one in, once; the one who is in may open it again', async () => {
    const link = await newLink();
    const first = await http.ask(link);
    const again = await http.ask(link);
    expect([again.status, cookieOf(again)]).toEqual([401, '']);
    expect(again.body).toContain('That address has been used already, or is more than a day old.');
    expect((await http.ask(link, kept(first))).status).toBe(303);
  });

  test('of two at once, one is let in', async () => {
    const link = await newLink();
    const answers = await Promise.all(Array.from({ length: 10 }, () => http.ask(link)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test('is not used up by who only looks, and not kept in clear', async () => {
    const link = await newLink();
    await http.ask(link, {}, { method: 'HEAD' });
    const secret = link.split('=')[1] ?? '';
    const rows = await database.db.execute('select * from access_tokens');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows).toContainEqual(expect.objectContaining({ hash: hashOf(secret) }));
    expect((await http.ask(link)).status).toBe(303);
  });

  test('ends after a day', async () => {
    const link = await newLink();
    await database.db
      .update(accessTokens)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(accessTokens.hash, hashOf(link.split('=')[1] ?? '')));
    expect((await http.ask(link)).status).toBe(401);
  });

  test('gives nothing but a session', async () => {
    const secret = (await newLink()).split('=')[1] ?? '';
    expect((await create({ authorization: `Bearer ${secret}` })).status).toBe(403);
    expect(await list({ authorization: `Bearer ${secret}` })).toBe(403);
  });

  test('over https its cookie is for https alone', async () => {
    const answer = await http.ask(await newLink(), { host: PUBLIC });
    expect(cookieOf(answer)).toMatch(/^candle-annotator-session=.*; Secure$/);
  });

  test('is refused under a foreign name, and stays good', async () => {
    const link = await newLink();
    expect((await http.ask(link, { host: 'evil.example' })).status).toBe(403);
    expect((await http.ask(link)).status).toBe(303);
  });
});

describe('a session', () => {
  test('writes from our own page, and not from another one', async () => {
    const cookie = await signIn();
    expect((await create({ ...cookie, origin: http.url })).status).toBe(200);
    expect((await create({ ...cookie, origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await create({ ...cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('that is taken away ends what it follows, and no other', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const follow = async (headers: Record<string, string>) => {
      const input = encodeURIComponent('{"json":{"charts":[{"chartId":1,"since":0}]}}');
      const url = `${http.url}/api/trpc/live.charts?input=${input}`;
      const stream = get(url, { agent: false, headers });
      const [response] = await once(stream, 'response');
      const ended = new Promise<string>((resolve) => {
        response.once('error', () => resolve('ended')).resume();
      });
      await once(response, 'data');
      return { stream, ended };
    };
    const mine = await signIn();
    const gone = await follow(mine);
    const other = await follow(await signIn());
    const secret = mine.cookie.split('=')[1] ?? '';
    await database.db.delete(accessTokens).where(eq(accessTokens.hash, hashOf(secret)));
    vi.advanceTimersByTime(20_000);
    expect(await gone.ended).toBe('ended');
    const still = await Promise.race([other.ended, list(mine)]);
    expect(still).toBe(401);
    other.stream.destroy();
    vi.useRealTimers();
  });

  test('of one port is none of another', async () => {
    const cookie = await signIn();
    const other = await testHttp();
    expect((await other.ask('/api/trpc/charts.list', cookie)).status).toBe(401);
    await other.close();
  });

  test('is found again when a link on another site leads here', async () => {
    // The browser leaves a strict cookie out.
    const fromElsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const { status, body } = await http.ask('/charts/1', fromElsewhere);
    expect([status, body]).toEqual([200, expect.stringContaining('http-equiv="refresh"')]);
    const after = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' };
    expect((await http.ask('/charts/1', after)).status).toBe(401);
  });
});

test('one address takes no more streams than its limit, whoever asks from there', async () => {
  const input = encodeURIComponent('{"json":{"charts":[{"chartId":1,"since":0}]}}');
  const actors = ['x', 'y', 'z'];
  const streams: ClientRequest[] = [];
  const said = new Map<string, string[]>();
  for (const actorId of actors) {
    await database.db.execute(sql`insert into users (id, name) values (${actorId}, ${actorId})`);
    await addToken(db(), actorId.repeat(43), { actorId, scopes: ['read'], seconds: 600 });
    const headers = { authorization: `Bearer ${actorId.repeat(43)}` };
    const firsts = Array.from({ length: 100 }, async () => {
      const url = `${http.url}/api/trpc/live.charts?input=${input}`;
      const stream = get(url, { agent: false, headers });
      streams.push(stream);
      const [response] = await once(stream, 'response');
      let text = '';
      // Behind the greeting comes the refusal, or that there is no such chart; it stays open.
      await new Promise<void>((resolve) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk;
          if (/serialized-error|"event":null/.test(text)) resolve();
        });
      });
      return text;
    });
    said.set(actorId, await Promise.all(firsts));
  }
  const refused = (actorId: string) =>
    said.get(actorId)?.filter((text) => text.includes('Your address follows charts')).length;
  for (const stream of streams) stream.destroy();
  expect(actors.map(refused)).toEqual([0, 0, 100]);
});

describe('the token of the file', () => {
  test('lets programs in, and the one before it no more', async () => {
    const tokens = ['a', 'b'].map((letter) => letter.repeat(43));
    for (const token of tokens) await acceptToken(db(), token);
    expect(await list({ authorization: `Bearer ${tokens[1]}` })).toBe(200);
    expect(await list({ authorization: `bearer  ${tokens[1]}` })).toBe(200);
    expect(await list({ authorization: `Bearer ${tokens[0]}` })).toBe(401);
  });

  test('with fewer permissions does less', async () => {
    const token = 'r'.repeat(43);
    await addToken(db(), token, { actorId: 'local', scopes: ['read'], seconds: 60 });
    const reader = { authorization: `Bearer ${token}` };
    expect(await list(reader)).toBe(200);
    const refused = await create(reader);
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.stringContaining('This token does not give the permission manage.'),
    ]);
  });
});

test('where the database is away, a page is shown and says so; procedures answer 503', async () => {
  vi.resetModules();
  vi.stubEnv('DATABASE_URL', 'postgres://x:y@127.0.0.1:1/none');
  delete (globalThis as { candleAnnotatorDb?: unknown }).candleAnnotatorDb;
  const { testHttp: fresh } = await import('./testing');
  const alone = await fresh({ isOpen: false });
  const cookie = { cookie: `candle-annotator-${new URL(alone.url).port}=${'A'.repeat(43)}` };
  expect((await alone.ask('/', cookie)).status).toBe(200);
  expect((await alone.ask('/api/trpc/charts.list', cookie)).status).toBe(503);
  await alone.close();
});
