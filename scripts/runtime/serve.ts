import { randomUUID } from 'node:crypto';
import { freePort } from '@/lib/postgres/free-port';
import { poll } from '@/lib/retry';
import { type Child, type Environment, startChild, stopGroup } from './child';
import { log, type Part, relay } from './log';

const PORTS_TRIED = 20;
const READY_MS = 60_000;
/** How an answer tells that it is this very process's: see the route of /api/ready. */
const INSTANCE_HEADER = 'x-instance-id';

type Server = {
  part: Part;
  file: string;
  /** It listens on HOST and PORT of its environment. */
  args: string[];
  cwd: string;
  env: Environment;
  /** Answers 200 once the server is ready, with our instance's id. */
  readyPath: string;
};
type Options = {
  choosePort?: (...wanted: number[]) => Promise<number>;
  readyMs?: number;
};
export type Served = { child: Child; port: number };

/**
 * Starts an HTTP server of ours on `wanted`, or on a port after it that is free, and answers once it
 * is ready. Which port is free shows when it binds: one that another program took since it was
 * chosen is passed over, and an answer without our instance's id is that program's.
 */
export async function serve(
  server: Server,
  wanted: number,
  { choosePort = freePort, readyMs = READY_MS }: Options = {},
): Promise<Served> {
  let first = wanted;
  for (let attempt = 1; ; attempt++) {
    const candidates = Array.from({ length: PORTS_TRIED }, (_, i) => first + i);
    const port = await choosePort(...candidates);
    if (port !== wanted) log(server.part, `port ${wanted} is taken, taking ${port}`);
    const instance = randomUUID();
    const child = startChild(server.file, server.args, {
      cwd: server.cwd,
      env: { ...server.env, HOST: '127.0.0.1', PORT: String(port), INSTANCE_ID: instance },
      onLine: (line) => relay(server.part, line),
    });
    const url = `http://127.0.0.1:${port}${server.readyPath}`;
    const problem = await waitUntilReady(child, url, { instance, readyMs });
    if (!problem) return { child, port };
    const wasTaken = child.lastLines.some((line) => line.includes('EADDRINUSE'));
    if (!wasTaken || attempt === PORTS_TRIED) {
      await stopGroup(child.id, false);
      throw new Error([`the ${server.part} server ${problem}`, ...child.lastLines].join('\n'));
    }
    first = port + 1;
  }
}

/**
 * Null once the server answers 200, or what is wrong when it ended or its time is over. With
 * `instance` an answer has to name it.
 */
export async function waitUntilReady(
  child: Child,
  url: string,
  { instance, readyMs = READY_MS }: { instance?: string; readyMs?: number } = {},
): Promise<string | null> {
  let found = 'did not answer';
  const ask = async (): Promise<string | null | undefined> => {
    if (child.how) return `ended before it was ready (${child.how}).`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (!response) return undefined;
    if (instance && response.headers.get(INSTANCE_HEADER) !== instance) {
      found = `did not answer, but another program did at ${url},`;
      return undefined;
    }
    if (response.ok) return null;
    found = `was not ready (${await response.text()})`;
    return undefined;
  };
  const outcome = await poll(ask, { everyMs: 100, timeoutMs: readyMs });
  return outcome === undefined ? `${found} within ${readyMs / 1000} s.` : outcome;
}
