import { type Db, poolSizeOf } from '@/lib/db';
import { AppError } from './errors';

/** Connections that reads leave to saves, live changes and whoever asks how the server is. */
const RESERVED = 2;
/** How many reads may wait for a connection; with more than that the newest would wait in vain. */
export const MAX_WAITING = 64;

type Admission = { running: number; waiting: (() => void)[] };
const admissions = new WeakMap<Db, Admission>();

/**
 * Runs a read as soon as there is a connection for it, the oldest first. When too many wait already
 * it is refused at once, so that a crowd slows reads down but neither saves nor the reads before it.
 */
export async function admitRead<T>(db: Db, read: () => Promise<T>): Promise<T> {
  const admission = admissions.get(db) ?? { running: 0, waiting: [] };
  admissions.set(db, admission);
  if (admission.running < Math.max(poolSizeOf(db) - RESERVED, 1)) admission.running += 1;
  else await waitForTurn(admission);
  try {
    return await read();
  } finally {
    const next = admission.waiting.shift();
    // Whoever is next takes over the place.
    if (next) next();
    else admission.running -= 1;
  }
}

async function waitForTurn({ waiting }: Admission): Promise<void> {
  if (waiting.length >= MAX_WAITING) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      'The server is busy with other requests. Try again in a moment.',
    );
  }
  await new Promise<void>((resolve) => waiting.push(resolve));
}
