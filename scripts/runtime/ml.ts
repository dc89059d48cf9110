import { freePort } from '@/lib/postgres/free-port';
import { poll } from '@/lib/retry';
import { type Child, startChild, stopGroup } from './child';
import { log, relay, step } from './log';
import { ML_FOLDER, PYTHON } from './python';
import { type Served, waitUntilReady } from './serve';

const LISTENING_MS = 60_000;

/**
 * Starts the ML service, which takes queued runs and answers HTTP on `wanted` or another free port,
 * and answers once it is ready. It says itself on which port it listens, so that no other program's
 * answer is taken for its own.
 */
export async function serveMl(wanted: number, databaseUrl: string): Promise<Served> {
  return await step('ml', 'starting', async () => {
    const first = await listen(await freePort(wanted), databaseUrl);
    const served = first ?? (await listen(0, databaseUrl));
    if (!served) throw new Error('no port is free on 127.0.0.1.');
    if (served.port !== wanted) log('ml', `port ${wanted} is taken, taking ${served.port}`);
    const problem = await waitUntilReady(served.child, `http://127.0.0.1:${served.port}/health`);
    if (!problem) return served;
    await stopGroup(served.child.id, false);
    throw new Error([`the ML service ${problem}`, ...served.child.lastLines].join('\n'));
  });
}

/** Null when another program has taken `port`. */
async function listen(port: number, databaseUrl: string): Promise<Served | null> {
  let found: number | null | undefined;
  const child = startChild(PYTHON, ['-m', 'app', 'serve', '--with-worker'], {
    cwd: ML_FOLDER,
    // It may reach the database as `ml` only, so it is not told the owner's URL.
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      DIRECT_DATABASE_URL: undefined,
      PYTHONUNBUFFERED: '1',
      ML_PORT: String(port),
      ML_DATABASE_URL: databaseUrl,
    },
    onLine(line) {
      relay('ml', line);
      const [, bound] = /Listening on \S+ port (\d+)/.exec(line) ?? [];
      if (bound) found = Number(bound);
      if (line.includes('Cannot listen on')) found = null;
    },
  });
  const answer = await poll<number | null>(
    () => found ?? (found === null || child.how ? null : undefined),
    {
      everyMs: 50,
      timeoutMs: LISTENING_MS,
    },
  );
  if (answer) return { child, port: answer };
  await stopGroup(child.id, false);
  if (found === null) return null;
  throw new Error(describeFailure(child));
}

function describeFailure({ how, lastLines }: Child): string {
  const what = how ? `ended before it listened (${how}).` : 'did not listen within a minute.';
  return [`the ML service ${what}`, ...lastLines].join('\n');
}
