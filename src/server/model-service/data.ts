import { sql } from 'drizzle-orm';
import type { ServiceState } from '@/contract/runs';
import type { Tx } from '@/lib/db';
import { mlWorkers } from '@/lib/db/schema';

/** The name under which the model service's sessions are known to the database. */
const SERVICE = 'candle-annotator-ml worker';

/** Whether the model service holds a connection to this database. */
export async function getServiceState(db: Tx): Promise<ServiceState> {
  const sessions = await db.execute(
    sql`select from pg_stat_activity
      where datname = current_database() and application_name = ${SERVICE} limit 1`,
  );
  return { connected: sessions.length > 0 };
}

type WorkerState =
  | { ml: 'ok' | 'absent' }
  /** `mlSilentSince`, in ISO 8601, is null where it was never heard of. */
  | { ml: 'silent'; mlSilentSince: string | null };

/**
 * What the heartbeats of the model service's workers say: of those that take runs and of those that
 * take searches one at least has to be alive. One that waits beats every few seconds, one that works
 * between its stages, of which the longest take minutes. Absent is a service without a session.
 */
export async function getWorkerState(db: Tx): Promise<WorkerState> {
  const beatAt = mlWorkers.beatAt;
  const isAlive = sql`bool_or(${beatAt} between now() - case when ${mlWorkers.job} is null
    then interval '1 minute' else interval '10 minutes' end and now() + interval '1 minute')`;
  const [{ connected }, queues] = await Promise.all([
    getServiceState(db),
    db.execute<{ isAlive: boolean; heard: string }>(sql`
      select ${isAlive} as "isAlive", 
        to_char(max(${beatAt}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as heard
      from ${mlWorkers} group by ${mlWorkers.queue}`),
  ]);
  if (!connected) return { ml: 'absent' };
  const silent = queues.filter((queue) => !queue.isAlive).map(({ heard }) => heard);
  if (queues.length > 0 && silent.length === 0) return { ml: 'ok' };
  return { ml: 'silent', mlSilentSince: silent.sort()[0] ?? null };
}
