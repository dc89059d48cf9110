import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { completeSpan } from '@/contract/spans';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';

/** A call that takes longer has no answer: more than any timeout of the server. */
const HANG_MS = 25_000;
const PAUSE_MS = 20;
const CALM_MS = 2_000;
const WORKERS = ['writer', 'writer', 'writer', 'reader', 'reader', 'reader'] as const;

/** Times in milliseconds of `performance.now()`; `code` is `ok`, a code of tRPC, or `hang`. */
type Call = { worker: number; at: number; ended: number; code: string };

/**
 * People who save spans and read, all at once, until it is stopped. A save that fails is sent again
 * until it is acknowledged, as browsers do.
 */
export function startLoad(port: number, chartId: number) {
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `http://127.0.0.1:${port}/api/trpc`, transformer })],
  });
  const calls: Call[] = [];
  const acknowledged: string[] = [];
  let isStopped = false;

  async function ask(worker: number, call: (signal: AbortSignal) => Promise<unknown>) {
    const at = performance.now();
    const signal = AbortSignal.timeout(HANG_MS);
    const code = await call(signal).then(
      () => 'ok',
      (error) => (signal.aborted ? 'hang' : codeOf(error)),
    );
    calls.push({ worker, at, ended: performance.now(), code });
    await sleep(PAUSE_MS);
    return code === 'ok';
  }

  async function write(worker: number) {
    while (!isStopped) {
      const uid = randomUUID();
      const span = { uid, ...completeSpan({ startTime: 0, endTime: 60, label: 'custom' }) };
      const save = (signal: AbortSignal) =>
        client.spans.save.mutate({ chartId, diff: { created: [span] } }, { signal });
      while (!(await ask(worker, save))) if (isStopped) return;
      acknowledged.push(uid);
    }
  }
  async function read(worker: number) {
    while (!isStopped)
      await ask(worker, (signal) => client.charts.list.query(undefined, { signal }));
  }
  const working = WORKERS.map((kind, i) => (kind === 'writer' ? write(i) : read(i)));

  return {
    calls,
    acknowledged,
    /** Each had three good answers in a row to what it asked after `since`, and none a bad one lately. */
    isWellSince: (since: number) =>
      calls.every(({ ended, code }) => code === 'ok' || ended < performance.now() - CALM_MS) &&
      WORKERS.every((_, worker) => {
        const last = calls.filter((call) => call.worker === worker).slice(-3);
        return last.length === 3 && last.every(({ at, code }) => at >= since && code === 'ok');
      }),
    async stop() {
      isStopped = true;
      await Promise.all(working);
    },
  };
}

function codeOf(error: unknown): string {
  if (error instanceof TRPCClientError) return error.data?.code ?? error.message;
  return String(error);
}
