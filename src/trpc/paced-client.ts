import { createTRPCClient, httpBatchStreamLink } from '@trpc/client';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';

/** Items of a stream that may be here and not yet taken. */
const MAX_AHEAD = 16;
const NEWLINE = 10;

/**
 * A client for one long stream, which is read no faster than it is taken: tRPC's own reader takes in
 * all that comes, however slow the disk is that it goes to. Call `taken` for each item.
 */
export function pacedClient() {
  let ahead = 0;
  let wake = () => {};
  const client = createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: '/api/trpc',
        transformer,
        async fetch(input, init) {
          const response = await fetch(input, init as RequestInit);
          return new Response(response.body?.pipeThrough(paced()), response);
        },
      }),
    ],
  });

  function paced() {
    return new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        controller.enqueue(chunk);
        // Each item is a line.
        for (const byte of chunk) if (byte === NEWLINE) ahead++;
        while (ahead > MAX_AHEAD) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    });
  }

  const taken = () => {
    ahead--;
    wake();
  };
  return { client, taken };
}
