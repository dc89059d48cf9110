import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from './support/app';

/** Status of the page under a Host header that fetch would not send. */
function statusAs(url: string, host: string, headers: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const ask = request(url, { headers: { ...headers, host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    ask.on('error', reject).end();
  });
}

test('pages work under their own policy', async ({ page, app }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(app.url);
  // Whatever chart comes first, its candles are there.
  await page.getByRole('list', { name: 'Charts' }).getByRole('link').first().click();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  expect(complaints).toEqual([]);
  // Nothing is asked for ahead: whoever asks for it later would get that old answer.
  await expect(page.locator('link[rel="preload"][as="fetch"]')).toHaveCount(0);
});

test('a chart’s page asks for its candles before it has scripts, and once', async ({
  page,
  app,
}) => {
  await page.goto(app.url);
  const chart = page.getByRole('list', { name: 'Charts' }).getByRole('link').first();
  await page.goto(new URL((await chart.getAttribute('href')) ?? '', app.url).href);
  await expect(page.getByTestId('legend')).toContainText('Vol');
  const asked = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => /charts\.get\b|candles\.pyramid|\.types\b/.test(name))
      .map((entry) => [new URL(entry.name).pathname, entry.toJSON().initiatorType]),
  );
  expect(asked.toSorted()).toEqual([
    ['/api/trpc/annotations.types', 'link'],
    ['/api/trpc/candles.pyramid', 'link'],
    ['/api/trpc/charts.get', 'link'],
    ['/api/trpc/spans.types', 'link'],
  ]);
});

test('a script that is written into the page does not run', async ({ page, app }) => {
  await page.goto(app.url);
  const ran = await page.evaluate(() => {
    const script = document.createElement('div');
    script.innerHTML = '<img src="data:," onerror="window.ran = true">';
    document.body.append(script);
    return new Promise((resolve) => setTimeout(() => resolve('ran' in window), 200));
  });
  expect(ran).toBe(false);
});

test('each page has a nonce of its own, and nobody may frame it', async ({ app }) => {
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const { headers } = await fetch(app.url, { headers: app.headers });
      return headers.get('content-security-policy') ?? '';
    }),
  );
  expect(policies[0]).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic';/);
  expect(policies[0]).toContain("frame-ancestors 'none'");
  expect(policies[0]).not.toBe(policies[1]);
});

test('every answer names its headers and not its maker', async ({ app }) => {
  for (const path of ['/', '/api/health', '/nowhere']) {
    const { headers } = await fetch(app.url + path, { headers: app.headers });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('refuses a WebSocket, TRACE and a second host name without leaving anything open', async ({
  app,
}) => {
  const { port, host } = new URL(app.url);
  const answer = async (...lines: string[]) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return (await text(socket)).split('\r\n')[0];
  };
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  expect(await answer('GET / HTTP/1.1', `Host: ${host}`, ...upgrade)).toBe('');
  expect(await answer('TRACE / HTTP/1.1', `Host: ${host}`)).toContain(' 405 ');
  expect(await answer('GET / HTTP/1.1', `Host: ${host}`, 'Host: evil.example')).toContain(' 400 ');
});

test('answers to its own host names alone', async ({ app }) => {
  const { port } = new URL(app.url);
  expect(await statusAs(app.url, `localhost:${port}`, app.headers)).toBe(200);
  expect(await statusAs(app.url, `evil.example:${port}`, app.headers)).toBe(403);
  expect(await statusAs(`${app.url}/api/trpc/charts.list`, 'evil.example', app.headers)).toBe(403);
});
