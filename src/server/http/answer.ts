import type { ServerResponse } from 'node:http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { transformer } from '@/contract/transformer';
import type { Refusal } from './guard';

/** Answers with JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

/** A refusal in the shape that a tRPC client reads, or as a line of text; the connection ends with it. */
export function refuse(
  response: ServerResponse,
  { status, code, message, allow }: Refusal,
  to: 'client' | 'person',
): void {
  // What is left of its body is not read.
  response.setHeader('connection', 'close');
  if (allow) response.setHeader('allow', allow);
  if (code && to === 'client') {
    const error = {
      message,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { code, httpStatus: status },
    };
    sendJson(response, status, { error: transformer.serialize(error) });
    return;
  }
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${message}\n`);
}
