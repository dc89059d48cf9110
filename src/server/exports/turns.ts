import { AppError } from '../errors';

/** Each holds a connection for as long as its reader takes, of the ten that everything else shares. */
export const MAX_EXPORTS = 4;

let underWay = 0;

/** Runs `work`, or refuses where too many readers, who may be slow, are at it already. */
export async function* inTurn<T>(work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  if (underWay >= MAX_EXPORTS) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `${MAX_EXPORTS} exports are under way already. Try again when one has ended.`,
    );
  }
  underWay += 1;
  try {
    yield* work();
  } finally {
    underWay -= 1;
  }
}
