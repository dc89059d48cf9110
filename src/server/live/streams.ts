import { AppError } from '../errors';

/** Each takes a socket and a little memory. A browser takes one, however many windows it has. */
const MAX_STREAMS = 1_000;
export const MAX_STREAMS_OF_ONE = 100;

const open = new Map<string, number>();

/** A stream for the actor, until the answer is called. */
export function takeStream(actorId: string): () => void {
  const own = open.get(actorId) ?? 0;
  const all = [...open.values()].reduce((sum, count) => sum + count, 0);
  if (own >= MAX_STREAMS_OF_ONE || all >= MAX_STREAMS) {
    const who = own >= MAX_STREAMS_OF_ONE ? 'You follow charts' : 'Charts are followed';
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${who} over ${own >= MAX_STREAMS_OF_ONE ? own : all} streams already. Close some, or reload to see changes.`,
    );
  }
  open.set(actorId, own + 1);
  return () => {
    const left = (open.get(actorId) ?? 1) - 1;
    if (left > 0) open.set(actorId, left);
    else open.delete(actorId);
  };
}
