import { createWriteStream } from 'node:fs';
import { execa } from 'execa';
import { poll } from '@/lib/retry';
import { isAlive, type ProcessId, processId } from './lock-file';

const STOP_MS = 10_000;
const KEPT_LINES = 40;

export type Child = {
  id: ProcessId;
  /** Settles with how it ended, such as `exit code 1`, whoever ended it. */
  ended: Promise<string>;
  /** The same once it has ended. */
  readonly how: string | undefined;
  lastLines: string[];
};
export type Environment = Record<string, string | undefined>;
type Options = { cwd?: string; env: Environment; onLine(line: string): void };

const running = new Set<Child>();
let stopping = false;
let onChange = (_running: ProcessId[]) => {};

/** Runs a program in a process group of its own: Ctrl-C in the terminal reaches only us. */
export function startChild(file: string, args: string[], options: Options): Child {
  if (stopping) throw new Error(`${file} was not started: everything is being stopped.`);
  const lastLines: string[] = [];
  const child = execa(file, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: options.env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
  });
  // Whatever it leaves behind would hold its output open.
  child.once('exit', () => signalGroup(child.pid ?? 0, 'SIGKILL'));
  let how: string | undefined;
  const ended = Promise.all([child, readLines(child, lastLines, options.onLine)]).then(
    ([result]) => {
      how = describeEnd(result);
      return how;
    },
  );
  const started: Child = {
    id: processId(child.pid ?? 0),
    ended,
    get how() {
      return how;
    },
    lastLines,
  };
  running.add(started);
  announce();
  ended.then(() => {
    running.delete(started);
    announce();
  });
  return started;
}

async function readLines(
  child: { iterable(options: { from: 'all' | 'stdout' | 'stderr' }): AsyncIterable<unknown> },
  lastLines: string[],
  onLine: (line: string) => void,
) {
  const read = async (from: 'stdout' | 'stderr') => {
    for await (const line of child.iterable({ from })) {
      lastLines.push(String(line));
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      onLine(String(line));
    }
  };
  // That it ended badly is told by how it ended.
  await Promise.allSettled([read('stdout'), read('stderr')]);
}

function describeEnd(result: {
  signal?: string | undefined;
  exitCode?: number | undefined;
  originalMessage?: string | undefined;
}) {
  if (result.signal) return `signal ${result.signal}`;
  return result.exitCode === undefined
    ? (result.originalMessage ?? 'it could not be started')
    : `exit code ${result.exitCode}`;
}

/** Runs a program to its end, all it says in `log`; throws with its last lines when it fails. */
export async function runToEnd(
  file: string,
  args: string[],
  log: string,
  options: Options,
): Promise<void> {
  const output = createWriteStream(log);
  const child = startChild(file, args, {
    ...options,
    onLine(line) {
      output.write(`${line}\n`);
      options.onLine(line);
    },
  });
  const how = await child.ended;
  await new Promise<void>((resolve) => output.end(resolve));
  if (how !== 'exit code 0') {
    const command = [file, ...args].join(' ');
    throw new Error(
      [`${command}: ${how}. All it said is in ${log}:`, ...child.lastLines].join('\n'),
    );
  }
}

/** Ends all that `startChild` started and lets it start no more. */
export async function stopChildren(hard: boolean): Promise<void> {
  stopping = true;
  await Promise.all([...running].map((child) => stopGroup(child.id, hard)));
}

export const isStopping = () => stopping;

/** Hears of the living children at every change. */
export function watchChildren(listener: (running: ProcessId[]) => void): void {
  onChange = listener;
}

function announce() {
  onChange([...running].map((child) => child.id));
}

/** Ends a process and all that it started, at the latest after some seconds. */
export async function stopGroup(leader: ProcessId, hard: boolean): Promise<void> {
  const hasEnded = () => (isAlive(leader) ? undefined : true);
  if (hasEnded()) return;
  signalGroup(leader.pid, hard ? 'SIGKILL' : 'SIGTERM');
  await poll(hasEnded, { everyMs: 50, timeoutMs: STOP_MS });
  signalGroup(leader.pid, 'SIGKILL');
  await poll(hasEnded, { everyMs: 20 });
}

function signalGroup(leader: number, signal: NodeJS.Signals) {
  if (leader === 0) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
