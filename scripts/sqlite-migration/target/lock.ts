import { poll } from '@/lib/retry';
import type { Target } from './connection';

/** Any number that nothing else in the database locks. */
const LOCK = 7_203_119;
/** A migration that was killed holds its lock until the server has noticed. */
const QUIET_MS = 2_000;
const RETRY_MS = 200;

/** Waits until no other migration into this database is under way; the connection's end lets go. */
export async function acquireLock(target: Target, log: (text: string) => void): Promise<void> {
  const isMine = async () => {
    const { locked } = await target.one<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [LOCK],
    );
    return locked || undefined;
  };
  if (await poll(isMine, { everyMs: RETRY_MS, timeoutMs: QUIET_MS })) return;
  log(
    'Another migration into this database is under way. Waiting for it to end (Ctrl-C to give up).',
  );
  await poll(isMine, { everyMs: RETRY_MS });
}
