import { AppError } from '../errors';

/** Who follows charts; scripts and tests have no address. */
export type Reader = { actorId: string; address?: string | undefined };

/** Each stream takes a socket and a little memory. A browser takes one, however many windows it has. */
const MAX_STREAMS = 1_000;
export const MAX_STREAMS_OF_ONE = 100;
/** Of all people at one: of a machine that many share, or of a proxy. */
export const MAX_STREAMS_OF_ADDRESS = 200;

const open = new Map<string, number>();

/** A stream for the reader, until the answer is called. */
export function takeStream({ actorId, address }: Reader): () => void {
  const limits = [
    { key: `actor ${actorId}`, most: MAX_STREAMS_OF_ONE, who: 'You follow charts' },
    { key: 'all', most: MAX_STREAMS, who: 'Charts are followed' },
  ];
  if (address) {
    const who = 'Your address follows charts';
    limits.push({ key: `address ${address}`, most: MAX_STREAMS_OF_ADDRESS, who });
  }
  for (const { key, most, who } of limits) {
    const count = open.get(key) ?? 0;
    if (count < most) continue;
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${who} over ${count} streams already. Close some, or reload to see changes.`,
    );
  }
  for (const { key } of limits) open.set(key, (open.get(key) ?? 0) + 1);
  return () => {
    for (const { key } of limits) {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    }
  };
}
