import { freePort } from '@/lib/postgres/free-port';
import { poll } from '@/lib/retry';
import { type Child, type Environment, startChild, stopGroup } from './child';
import { log, type Part, relay, step } from './log';
import { ML_FOLDER, PYTHON } from './python';
import { type Served, waitUntilReady } from './serve';

const BEGINNING_MS = 60_000;

/** Starts a worker, which takes queued runs and searches, and answers once it does. It needs no port. */
export async function startWorker(databaseUrl: string): Promise<Child> {
  return await step('ml', 'starting', async () => {
    let taken = 0;
    const child = startMl('ml', ['worker'], databaseUrl, {}, (line) => {
      if (/ takes (runs|searches)$/.test(line)) taken++;
    });
    const begun = await poll(() => (taken === 2 ? true : child.how ? false : undefined), {
      everyMs: 50,
      timeoutMs: BEGINNING_MS,
    });
    if (begun) return child;
    await stopGroup(child.id, false);
    throw new Error(describeFailure(child, 'the ML worker', 'took runs'));
  });
}

/**
 * Starts HTTP of the ML service on `wanted` or another free port, and answers once it is ready. It
 * says itself on which port it listens, so that no other program's answer is taken for its own.
 */
export async function serveMl(wanted: number, databaseUrl: string): Promise<Served> {
  return await step('ml-http', 'starting', async () => {
    const first = await listen(await freePort(wanted), databaseUrl);
    const served = first ?? (await listen(0, databaseUrl));
    if (!served) throw new Error('no port is free on 127.0.0.1.');
    if (served.port !== wanted) log('ml-http', `port ${wanted} is taken, taking ${served.port}`);
    // Not its health, which is that of the worker as well.
    const problem = await waitUntilReady(served.child, `http://127.0.0.1:${served.port}/metrics`);
    if (!problem) return served;
    await stopGroup(served.child.id, false);
    throw new Error([`its HTTP ${problem}`, ...served.child.lastLines].join('\n'));
  });
}

/** Null when another program has taken `port`. */
async function listen(port: number, databaseUrl: string): Promise<Served | null> {
  let found: number | null | undefined;
  const child = startMl('ml-http', ['serve'], databaseUrl, { ML_PORT: String(port) }, (line) => {
    const [, bound] = /Listening on \S+ port (\d+)/.exec(line) ?? [];
    if (bound) found = Number(bound);
    if (line.includes('Cannot listen on')) found = null;
  });
  const answer = await poll<number | null>(
    () => found ?? (found === null || child.how ? null : undefined),
    {
      everyMs: 50,
      timeoutMs: BEGINNING_MS,
    },
  );
  if (answer) return { child, port: answer };
  await stopGroup(child.id, false);
  if (found === null) return null;
  throw new Error(describeFailure(child, 'its HTTP', 'listened'));
}

function startMl(
  part: Part,
  command: string[],
  databaseUrl: string,
  env: Environment,
  onLine: (line: string) => void,
): Child {
  return startChild(PYTHON, ['-m', 'app', ...command], {
    cwd: ML_FOLDER,
    // It may reach the database as `ml` only, so it is not told the owner's URL.
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      DIRECT_DATABASE_URL: undefined,
      PYTHONUNBUFFERED: '1',
      ML_DATABASE_URL: databaseUrl,
      ...env,
    },
    onLine(line) {
      relay(part, line);
      onLine(line);
    },
  });
}

function describeFailure({ how, lastLines }: Child, what: string, did: string): string {
  const failed = how
    ? `ended before it ${did} (${how}).`
    : `has not yet said that it ${did}, after a minute.`;
  return [`${what} ${failed}`, ...lastLines].join('\n');
}
