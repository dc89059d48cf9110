import { type Db, poolSizeOf } from '@/lib/db';
import { AppError } from '../errors';

/**
 * How many exports are written at once, of as many connections: each holds one for as long as its reader takes, and
 * the rest is for everything else.
 */
export const exportsAtOnce = (connections: number): number =>
  Math.max(1, Math.min(4, Math.floor(connections / 2)));

let underWay = 0;

/** Runs `work`, or refuses where as many readers, who may be slow, are at it already as `db` has room for. */
export async function* inTurn<T>(db: Db, work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  if (underWay >= exportsAtOnce(poolSizeOf(db))) {
    const exports = underWay === 1 ? '1 export is' : `${underWay} exports are`;
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${exports} under way already. Try again when one has ended.`,
    );
  }
  underWay += 1;
  try {
    yield* work();
  } finally {
    underWay -= 1;
  }
}
