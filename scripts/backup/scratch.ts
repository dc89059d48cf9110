import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abandonedFolders } from '@/lib/abandoned-folders';
import { type Cluster, startCluster, stopLeftover } from '@/lib/postgres/cluster';
import { andThen } from './cleanup';
import { connectAlone } from './connection';

const LOCK = 7_203_119;
const MAY_NOT = '42501';
const PREFIX = 'candle-annotator-check-';

/**
 * Runs `work` on an empty database: on the server of `url` if its user may make one, else on a
 * server of its own, which ends with it.
 */
export async function onScratchDatabase<T>(
  url: string,
  work: (scratchUrl: string) => Promise<T>,
): Promise<T> {
  const sql = connectAlone(url);
  return await andThen(
    async () => {
      const [row] = await sql<{ oid: string; turn: boolean }[]>`
        select oid::text, pg_try_advisory_lock(${LOCK}) as turn
        from pg_database where datname = current_database()`;
      if (!row?.turn) {
        throw new Error('Another backup or restore of this database is under way. Wait for it.');
      }
      // Under a name that this database always takes: what a killed backup left goes first.
      const name = `candle_annotator_check_${row.oid}`;
      const drop = () => sql.unsafe(`drop database if exists ${name} with (force)`);
      try {
        await drop();
        await sql.unsafe(`create database ${name} template template0 encoding 'UTF8'`);
      } catch (error) {
        if ((error as { code?: string }).code !== MAY_NOT) throw error;
        return await onServerOfItsOwn(work);
      }
      const scratch = new URL(url);
      scratch.pathname = `/${name}`;
      return await andThen(() => work(scratch.href), drop);
    },
    () => sql.end({ timeout: 5 }),
  );
}

async function onServerOfItsOwn<T>(work: (url: string) => Promise<T>): Promise<T> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  let cluster: Cluster | undefined;
  return await andThen(
    async () => {
      const password = randomBytes(24).toString('hex');
      cluster = await startCluster({
        dataDir: join(folder, 'data'),
        logFile: join(folder, 'log'),
        password,
        // Nothing here has to survive a crash.
        settings: { fsync: 'off', full_page_writes: 'off' },
      });
      return await work(`postgresql://postgres:${password}@127.0.0.1:${cluster.port}/postgres`);
    },
    async () => {
      await cluster?.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  );
}

/** What backups that were killed have left running. */
async function removeAbandoned() {
  for (const folder of await abandonedFolders(PREFIX)) {
    await stopLeftover(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}
