import type { ImportOutcome } from '@/contract/import-outcome';
import { codeOf } from '@/trpc/client';
import type { Client } from './upload';

const TRIES = 10;
const PAUSE_MS = 1_000;

/** Whether it was broken off, by the person or the network, so that what came of it is not known. */
export const isLost = (error: unknown, signal: AbortSignal) =>
  signal.aborted || codeOf(error) === undefined;

/** What became of the import of an upload whose answer was lost. */
export async function askOutcome(client: Client, uploadId: string): Promise<ImportOutcome> {
  for (let tries = 1; ; tries++) {
    const outcome = await client.uploads.outcome.query({ uploadId }).catch(() => null);
    if (outcome && outcome.state !== 'running') return outcome;
    if (tries === TRIES) return { state: 'unknown' };
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** For people, of one that is not known to be stored. */
export function saidOf({ state }: ImportOutcome, signal: AbortSignal): string {
  if (state === 'nothing') {
    return signal.aborted
      ? 'The import was cancelled; nothing was stored.'
      : 'The connection to the server was lost; nothing was stored.';
  }
  return 'The connection to the server was lost, and it is not known whether the file was stored. Look at the charts before you import it again.';
}
