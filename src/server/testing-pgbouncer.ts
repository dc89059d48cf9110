import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient, readTarget } from '@/lib/db/connection';
import { freePort } from '@/lib/postgres/free-port';
import { postgresOwner } from '@/lib/postgres/unprivileged';

/**
 * PgBouncer as its package sets it up, but for transaction mode and three sessions for everybody,
 * in front of the database at `url`. `program` is its path.
 */
export async function startPgBouncer(program: string, url: string) {
  const { hosts, user, password, database } = readTarget(url);
  const folder = mkdtempSync(join(tmpdir(), 'candle-annotator-pgbouncer-'));
  const at = (name: string) => join(folder, name);
  const port = await freePort();
  writeFileSync(at('userlist.txt'), `"${user}" "${password}"\n`);
  writeFileSync(
    at('pgbouncer.ini'),
    `[databases]
${database} = host=${hosts[0]?.address} port=${hosts[0]?.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${at('userlist.txt')}
pool_mode = transaction
default_pool_size = 3
`,
  );
  const owner = postgresOwner(at('data'));
  if (owner) {
    for (const path of [folder, at('userlist.txt'), at('pgbouncer.ini')]) {
      chownSync(path, owner.uid, owner.gid);
    }
  }
  const child = spawn(program, [at('pgbouncer.ini')], { ...owner, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const pooled = `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  for (let tries = 0; ; tries += 1) {
    try {
      await (await openClient(pooled, { applicationName: 'test' })).end();
      break;
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
  return {
    url: pooled,
    version: execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0],
    async stop() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
