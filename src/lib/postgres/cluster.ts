import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../make-folder';
import { poll } from '../retry';
import { embeddedBinaries } from './binaries';
import { freePort } from './free-port';
import { isPostmaster, readPostmasterFile } from './postmaster';
import { asOwner, type Owner, postgresOwner } from './unprivileged';

const MAJOR = '18';
const READY_MS = 60_000;
/** How long the processes of a server that was killed may keep its memory and port. */
const LEFTOVER_MS = 10_000;
const PASSING = /postmaster\.pid" already exists|pre-existing shared memory|Address already in use/;
const FAST_STOP_MS = 20_000;
/** All that PostgreSQL sees, so that the user's locale and time zone don't reach the data. */
const ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
} as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv;

export type ClusterOptions = {
  /** PGDATA; made when it is not there yet. */
  dataDir: string;
  /** For the superuser `postgres`; it counts when the cluster is made. */
  password: string;
  /** Where the server's messages are added. */
  logFile: string;
  /** Taken if it is free. */
  port?: number | undefined;
  settings?: Record<string, string>;
};

export type Cluster = {
  port: number;
  /** Settles when the server has ended, whoever ended it. */
  ended: Promise<void>;
  /** `fast` writes everything out first; `immediate` leaves that to the next start's recovery. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
};

/** PostgreSQL on 127.0.0.1 alone, in a process group of its own. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const dataDir = await settle(options.dataDir);
  const owner = postgresOwner(dataDir);
  if (!existsSync(dataDir)) await initialise(dataDir, options.password, owner);
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR) {
    throw new Error(
      `${dataDir} was made by PostgreSQL ${version} and this is PostgreSQL ${MAJOR}. Dump it with the old version and restore it, or set DATA_DIR to another folder.`,
    );
  }
  let problem = '';
  const attempt = async () => {
    const port = await freePort(...(options.port ? [options.port] : []));
    const result = await launch({ ...options, dataDir, port }, owner);
    if (typeof result !== 'string') return result;
    problem = `PostgreSQL did not start. Its log ${options.logFile} ends:\n${result}`;
    if (!PASSING.test(result)) throw new Error(problem);
    return undefined;
  };
  const cluster = await poll(attempt, { everyMs: 250, timeoutMs: LEFTOVER_MS });
  if (!cluster) throw new Error(problem);
  return cluster;
}

/** Ends the server that a killed process left on `dataDir`; tells whether there was one. */
export async function stopLeftover(dataDir: string): Promise<boolean> {
  const path = await settle(dataDir);
  const pid = runningPid(path);
  if (!pid) return false;
  for (const [signal, patience] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', LEFTOVER_MS],
  ] as const) {
    process.kill(pid, signal);
    const isGone = () => !isPostmaster(pid, path) || undefined;
    if (await poll(isGone, { everyMs: 50, timeoutMs: patience })) return true;
  }
  throw new Error(`PostgreSQL (process ${pid}) on ${path} does not end. End it and start again.`);
}

/** Whether a server runs on `dataDir`, whoever started it. */
export async function isRunning(dataDir: string): Promise<boolean> {
  return runningPid(await settle(dataDir)) !== undefined;
}

function runningPid(dataDir: string): number | undefined {
  const pid = readPostmasterFile(dataDir)?.pid;
  return pid && isPostmaster(pid, dataDir) ? pid : undefined;
}

/** The folder's one true path: the running server is recognised by it. */
async function settle(dataDir: string): Promise<string> {
  const parent = dirname(resolve(dataDir));
  await makeFolder(parent);
  return join(await realpath(parent), basename(dataDir));
}

/** Beside its place and then moved there, so that a killed start leaves no half-made cluster. */
async function initialise(dataDir: string, password: string, owner: Owner | undefined) {
  const { initdb } = await embeddedBinaries();
  const making = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) {
    await chown(making, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const { file, args, options } = asOwner(owner, [initdb, making], initdb, [
    ...['-D', making, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--data-checksums', '--encoding=UTF8', '--locale=C'],
    // Letters outside ASCII have case too, and alike on every system.
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ]);
  const child = spawn(file, args, {
    ...options,
    cwd: '/',
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  await rm(passwordFile);
  if (code !== 0) {
    await rm(making, { recursive: true });
    throw new Error(`PostgreSQL could not make its data folder ${dataDir}:\n${output}`);
  }
  await rename(making, dataDir);
}

/** The running server, or the end of the log of one that did not come up. */
async function launch(
  options: ClusterOptions & { port: number },
  owner: Owner | undefined,
): Promise<Cluster | string> {
  const { dataDir, port } = options;
  const { postgres } = await embeddedBinaries();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...options.settings,
  };
  const command = asOwner(owner, [postgres, dataDir], postgres, [
    ...['-D', dataDir],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const log = await open(options.logFile, 'a+', 0o600);
  const before = (await log.stat()).size;
  const child = spawn(command.file, command.args, {
    ...command.options,
    cwd: '/',
    detached: true,
    env: { ...ENVIRONMENT, ...passStranger(dataDir) },
    stdio: ['ignore', log.fd, log.fd],
  });
  let running = true;
  const ended = once(child, 'close').then(() => {
    running = false;
  });
  try {
    const isReadyOrEnded = () => {
      const file = readPostmasterFile(dataDir);
      return !running || (file?.pid === child.pid && file?.ready) || undefined;
    };
    const found = await poll(isReadyOrEnded, { everyMs: 50, timeoutMs: READY_MS });
    if (!found) await stop('immediate');
    if (!running) {
      const { buffer, bytesRead } = await log.read({ position: before });
      return buffer.subarray(0, bytesRead).toString().trim();
    }
  } finally {
    await log.close();
  }
  return { port, ended, stop };

  async function stop(how: 'fast' | 'immediate' = 'fast') {
    const steps =
      how === 'fast'
        ? (['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)
        : (['SIGQUIT', 'SIGKILL'] as const);
    for (const signal of steps) {
      if (!running) return;
      child.kill(signal);
      await Promise.race([ended, sleep(FAST_STOP_MS, undefined, { ref: false })]);
    }
    await ended;
  }
}

/**
 * PostgreSQL takes any living process with the number in postmaster.pid for another server. It
 * passes over its "grandparent", which we say is the stranger who has that number now.
 */
function passStranger(dataDir: string): { PG_GRANDPARENT_PID?: string } {
  const pid = readPostmasterFile(dataDir)?.pid;
  return pid && !isPostmaster(pid, dataDir) ? { PG_GRANDPARENT_PID: String(pid) } : {};
}
