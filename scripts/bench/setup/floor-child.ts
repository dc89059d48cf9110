import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers whatever it is asked with what its parent sent, as fast as Node's own server can. */
process.once('message', (answer) => {
  const body = Buffer.from(String(answer));
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, headers).end(body));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('disconnect', () => process.exit());
