import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '@/lib/postgres/free-port';
import { stopGroup } from './child';
import { isAlive } from './lock-file';
import { serve } from './serve';

/** Answers as the web app does: with the id of its instance, and 200 once it is ready. */
const OURS = `
  const port = Number(process.env.PORT);
  const server = require('node:http').createServer((request, response) => {
    response.writeHead(process.argv[1] === 'ready' ? 200 : 503, { 'x-instance-id': process.env.INSTANCE_ID });
    response.end('its database is away');
  });
  if (process.argv[1] === 'silent') setInterval(() => {}, 1000);
  else server.listen(port, '127.0.0.1');
`;
const server = (how: 'ready' | 'unready' | 'silent') => ({
  part: 'web' as const,
  file: process.execPath,
  args: ['-e', OURS, how],
  cwd: '/',
  env: process.env,
  readyPath: '/ready',
});

async function listen(): Promise<{ foreign: Server; port: number }> {
  const foreign = createServer((_, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void foreign.close());
  return { foreign, port: (foreign.address() as AddressInfo).port };
}

test('takes another port when one is taken between its choice and its use', async () => {
  const { port: taken } = await listen();
  const chosen: number[] = [];
  const choosePort = async (...wanted: number[]) => {
    const port = chosen.length === 0 ? taken : await freePort(...wanted);
    chosen.push(port);
    return port;
  };
  const { child, port } = await serve(server('ready'), taken, { choosePort });
  onTestFinished(() => stopGroup(child.id, true));
  expect(chosen).toEqual([taken, port]);
  expect(port).not.toBe(taken);
  expect((await fetch(`http://127.0.0.1:${port}`)).headers.get('x-instance-id')).toBeTruthy();
});

test('never takes the answer of another program for its own', async () => {
  const { port } = await listen();
  const attempt = serve(server('silent'), port, { choosePort: async () => port, readyMs: 1000 });
  await expect(attempt).rejects.toThrow(
    `the web server did not answer, but another program did at http://127.0.0.1:${port}/ready, within 1 s.`,
  );
});

test('is not ready as long as it says so, and is stopped then', async () => {
  const wanted = await freePort();
  const attempt = serve(server('unready'), wanted, { readyMs: 1500 });
  await expect(attempt).rejects.toThrow('was not ready (its database is away) within 1.5 s.');
  await expect(fetch(`http://127.0.0.1:${wanted}`)).rejects.toThrow();
});

test('a server that was started is gone with its group', async () => {
  const { child } = await serve(server('ready'), await freePort());
  await stopGroup(child.id, false);
  expect(isAlive(child.id)).toBe(false);
});
