import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { openClient } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { type Cluster, startCluster } from '@/lib/postgres/cluster';
import { readPostmasterFile } from '@/lib/postgres/postmaster';

/** A PostgreSQL of a test's own, which may be stopped, killed and started again at its port. */
export async function startFragileDatabase(
  settings: Record<string, string> = {},
  parent = tmpdir(),
) {
  const folder = await mkdtemp(join(parent, 'candle-annotator-faults-'));
  const options = {
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'log'),
    password: 'of-a-test',
    settings,
  };
  let cluster: Cluster;
  let hasEnded = false;
  async function launch(wanted?: number) {
    cluster = await startCluster({ ...options, port: wanted });
    hasEnded = false;
    cluster.ended.then(() => {
      hasEnded = true;
    });
    return cluster.port;
  }
  const port = await launch();
  const url = `postgres://postgres:of-a-test@127.0.0.1:${port}/postgres`;
  await migrateDatabase(url);
  const postmaster = () => readPostmasterFile(options.dataDir)?.pid ?? 0;
  return {
    url,
    dataDir: options.dataDir,
    stop: () => cluster.stop(),
    async kill() {
      process.kill(postmaster(), 'SIGKILL');
      await cluster.ended;
    },
    async start() {
      if ((await launch(port)) !== port) throw new Error(`port ${port} was taken meanwhile`);
    },
    async startIfEnded() {
      if (hasEnded) await this.start();
    },
    /** To the server and all of its sessions. */
    signal(signal: 'SIGSTOP' | 'SIGCONT') {
      const all = [postmaster(), ...childrenOf(postmaster())];
      for (const pid of signal === 'SIGSTOP' ? all : all.toReversed()) process.kill(pid, signal);
    },
    /** Makes it write everything out, if it can. */
    async checkpoint() {
      const client = await openClient(url, { applicationName: 'faults' }).catch(() => null);
      await client?.query('checkpoint').catch(() => {});
      client?.connection.stream.destroy();
    },
    async query<T>(ask: (sql: Sql) => Promise<T>): Promise<T> {
      const sql = postgres(url, { max: 1, onnotice: () => {} });
      return await ask(sql).finally(() => sql.end());
    },
    async close() {
      await cluster.stop('immediate');
      await rm(folder, { recursive: true });
    },
  };
}
export type FragileDatabase = Awaited<ReturnType<typeof startFragileDatabase>>;

function childrenOf(parent: number): number[] {
  const lines = String(execFileSync('ps', ['-axo', 'pid=,ppid=']))
    .trim()
    .split('\n');
  return lines.flatMap((line) => {
    const [pid = 0, ppid] = line.trim().split(/\s+/).map(Number);
    return ppid === parent ? pid : [];
  });
}
