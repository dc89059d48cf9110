import type { Db, Tx } from '@/lib/db';

/**
 * Yields what `read` yields, all of it from one moment of the database. The transaction ends
 * before this does, also when the caller stops in the middle. No more is read ahead than one part.
 */
export async function* inSnapshot<T>(
  db: Db,
  read: (tx: Tx) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const { readable, writable } = new TransformStream<T, T>();
  const writer = writable.getWriter();
  const transaction = db
    .transaction(
      async (tx) => {
        for await (const part of read(tx)) await writer.write(part);
      },
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    )
    .then(
      () => writer.close(),
      (error) => writer.abort(error),
    )
    // The reader has been told, or has left.
    .catch(() => {});
  try {
    yield* readable;
  } finally {
    await transaction;
  }
}
