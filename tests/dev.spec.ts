import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { freePort } from '../src/lib/postgres/free-port';
import { expect, test } from './support/app';

test('npm run dev reloads pages hot, over a WebSocket that other sites do not get', async ({
  page,
  app,
}) => {
  const port = await freePort();
  const dev = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/dev.ts', '--port', String(port)],
    {
      env: { ...process.env, DATABASE_URL: app.databaseUrl, DATA_DIR: app.dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(dev, 'exit');
  try {
    let address = '';
    for await (const line of createInterface(dev.stdout)) {
      [, address = ''] = /^web +(\S+)/.exec(line) ?? [];
      if (address) break;
    }
    dev.stdout.resume();
    const isOpen = page
      .waitForEvent('websocket')
      .then((socket) => socket.waitForEvent('framereceived'));
    await page.goto(address);
    await isOpen;

    const socket = connect(port, '127.0.0.1');
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil.example';
    socket.write(`GET /_next/hmr HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}\r\n\r\n`);
    expect(await text(socket)).toBe('');
  } finally {
    dev.kill('SIGTERM');
    await ended;
  }
});
