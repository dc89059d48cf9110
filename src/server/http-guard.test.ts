import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const GUARD = pathToFileURL(`${import.meta.dirname}/http-guard.mjs`).href;
/** As Next.js: it takes upgrades and leaves those that it does not know alone. */
const SERVER = `
  const server = require('node:http').createServer((_, response) => response.end('served'));
  server.on('upgrade', () => {});
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.on('message', () => server.getConnections((_, count) => process.send(count)));`;

let child: ReturnType<typeof spawn>;
let port: number;
beforeAll(async () => {
  child = spawn(process.execPath, ['--import', GUARD, '-e', SERVER], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await once(child.stdout!, 'data');
  port = Number(line);
});
afterAll(() => void child.kill());

/** What the server answers to these lines before it closes. */
async function answer(...lines: string[]): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return await text(socket);
}
const HOST = 'Host: 127.0.0.1';
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];

test('what is HTTP is served', async () => {
  expect(await answer('GET / HTTP/1.1', HOST, 'Connection: close')).toMatch(
    /^HTTP\/1.1 200 .*served/s,
  );
});

test('a WebSocket is closed at once, and nothing is held open', async () => {
  const upgrades = Array.from({ length: 200 }, () => answer('GET / HTTP/1.1', HOST, ...UPGRADE));
  expect(new Set(await Promise.all(upgrades))).toEqual(new Set(['']));
  child.send('count');
  expect((await once(child, 'message'))[0]).toBe(0);
});

test.each([
  ['TRACE', ['TRACE / HTTP/1.1', HOST], /^HTTP\/1.1 405 /],
  ['a second Host', ['GET / HTTP/1.1', HOST, 'host: evil.example'], /^HTTP\/1.1 400 /],
  ['no Host', ['GET / HTTP/1.0'], /^HTTP\/1.1 400 /],
])('%s is refused', async (_, lines, answered) => {
  expect(await answer(...lines)).toMatch(answered);
});
