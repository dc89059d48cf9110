import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessId, processId } from './claim';

const PATIENCE_MS = 10_000;
const KEPT_LINES = 40;

export type Child = {
  id: ProcessId;
  /** Settles with how it ended, such as `exit code 1`, whoever ended it. */
  ended: Promise<string>;
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
  const child = spawn(file, args, {
    ...options,
    env: options.env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever it leaves behind would hold its output open.
  child.once('exit', () => signalGroup(child.pid ?? 0, 'SIGKILL'));
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      options.onLine(line);
    });
  }
  const ended = once(child, 'close').then(
    ([code, signal]) => (signal ? `signal ${signal}` : `exit code ${code}`),
    (error: Error) => error.message,
  );
  const result = { id: processId(child.pid ?? 0), ended, lastLines };
  running.add(result);
  announce();
  ended.then(() => {
    running.delete(result);
    announce();
  });
  return result;
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
  output.end();
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
  if (!isAlive(leader)) return;
  signalGroup(leader.pid, hard ? 'SIGKILL' : 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (isAlive(leader) && Date.now() < deadline) await sleep(50);
  signalGroup(leader.pid, 'SIGKILL');
  while (isAlive(leader)) await sleep(20);
}

function signalGroup(leader: number, signal: NodeJS.Signals) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
