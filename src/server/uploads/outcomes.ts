import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportOutcome } from '@/contract/import-outcome';
import { AppError } from '../errors';
import type { Upload } from './upload-files';

const KEPT_MS = 3_600_000;
/** How long somebody who asks waits for an import that is about to end. */
const PATIENCE_MS = 5_000;
type Settled = Exclude<ImportOutcome, { state: 'running' }>;

/** Of imports of this process. */
const outcomes = new Map<string, Promise<Settled>>();
const keyOf = ({ uploadId, actorId }: Upload) => `${actorId} ${uploadId.toLowerCase()}`;

/** Remembers what becomes of an import of the upload: it is told by what this answers. */
export function expectOutcome(upload: Upload): (outcome: Settled) => void {
  const key = keyOf(upload);
  let settle: (outcome: Settled) => void = () => {};
  const outcome = new Promise<Settled>((resolve) => {
    settle = resolve;
  });
  outcomes.set(key, outcome);
  const forget = () => outcomes.get(key) === outcome && outcomes.delete(key);
  void outcome.then(() => setTimeout(forget, KEPT_MS).unref());
  return settle;
}

/** Of an import that ended with an error. */
export const outcomeAfter = (error: unknown): Settled => ({
  state: error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE' ? 'unknown' : 'nothing',
});

export async function outcomeOf(upload: Upload): Promise<ImportOutcome> {
  const outcome = outcomes.get(keyOf(upload));
  if (!outcome) return { state: 'unknown' };
  const running = { state: 'running' } as const;
  return Promise.race([outcome, sleep(PATIENCE_MS, running, { ref: false })]);
}
