import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, vi } from 'vitest';
import { db } from '@/lib/db';
import { testDatabase } from '@/lib/db/testing';
import { addToken } from '../access/data';
import { LOCAL_ACTOR } from '../context';
import { PERMISSION_NAMES } from '../permissions';
import { createHttpServer, type Pages } from './http-server';

/** A page as Next.js would serve it, and no WebSockets. */
const PAGES: Pages = {
  async serve(_, response) {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<title>A page</title>${'<p>text</p>'.repeat(500)}`);
  },
  upgrade: () => false,
};

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/**
 * The web app on a port of its own, in this process, and ways to ask it what fetch would not. Where
 * there is no database it cannot be open to anybody.
 */
export async function testHttp({
  pages = PAGES,
  isOpen = true,
}: {
  pages?: Pages;
  isOpen?: boolean;
} = {}) {
  const server: Server = createHttpServer(pages);
  const token = randomBytes(32).toString('base64url');
  const permissions = { actorId: LOCAL_ACTOR.id, scopes: PERMISSION_NAMES, seconds: 3_600 };
  if (isOpen) await addToken(db(), token, permissions);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    /** What a program sends to be let in. */
    token,
    url: `http://${host}`,
    /** A request with exactly these headers; without a host when it is null. */
    ask(
      path: string,
      headers: Record<string, string | null> = {},
      { method = 'GET', body = '' } = {},
    ): Promise<Answer> {
      const given = Object.entries({ host, ...headers }).filter(([, value]) => value !== null);
      return new Promise((resolve, reject) => {
        const options = { port, path, method, headers: Object.fromEntries(given), setHost: false };
        const asked = request({ host: '127.0.0.1', ...options } as object, async (response) => {
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, headers: answered, body: await text(response) });
        });
        asked.on('error', reject).end(body);
      });
    },
    /** What comes back for these lines until the connection ends. */
    async say(...lines: string[]): Promise<string> {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      return await text(socket);
    },
    connections: () =>
      new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The name that others reach the web app of `webTests` by. */
export const PUBLIC = 'charts.example.org';

/** The web app on a database of its own, for as long as the tests of the file run that calls this. */
export async function webTests() {
  const database = await testDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('PUBLIC_URL', `https://${PUBLIC}`);
  const http = await testHttp();
  afterAll(async () => {
    await http.close();
    await database.close();
  });
  return { database, http };
}
export type TestHttp = Awaited<ReturnType<typeof testHttp>>;
