import { CopyStream } from '@/lib/db/copy/stream';
import type { Change } from '../changes';
import type { Reject } from '../conversion/rows';
import type { Plan } from '../plan/plan';
import type { Rowid } from '../source/cell';
import type { Target } from '../target/connection';
import { findCheckpoint, writeCheckpoint } from '../target/state';
import { BATCH, ExpectedCandles } from './expected-candles';
import { storeRejects } from './rejects';
import type { PassingTiles } from './tiles';

/** Rows of the file per transaction. */
const CHUNK = 100_000;
const MOST_REJECTS = 5_000;
const COLUMNS = 'chart_id, time, open, high, low, close, volume';

/**
 * Moves the candles that a run before this one has not, chunk by chunk; tiles are built from what
 * passes by. Gives what there should be of them, if it was all of them.
 */
export async function loadCandles(
  target: Target,
  plan: Plan,
  tiles: PassingTiles | null,
  onRows: (read: number) => void,
  onChange: (change: Change) => void,
): Promise<ExpectedCandles | null> {
  const checkpoint = await findCheckpoint(target, plan.hash, 'candles');
  const isWhole = checkpoint === null;
  const expected = new ExpectedCandles(isWhole ? onChange : () => {});
  const { pass, duplicates } = plan.candles;
  if (!pass) return expected.end(plan);
  const last = checkpoint?.last ?? null;
  let read = checkpoint?.read ?? 0;
  onRows(read);
  pass.takeConversions();
  const batches = pass.batches(last, BATCH, duplicates?.superseded(last))[Symbol.iterator]();
  let next = batches.next();
  while (!next.done) {
    await target.transaction(async () => {
      const copy = new CopyStream(target.client, `candles (${COLUMNS})`);
      const rejects: Reject[] = [];
      const from = read;
      let last: Rowid = 0;
      // The next batch is read into the same arrays, so nothing of this one may be used after it.
      const isFull = () => read - from >= CHUNK || rejects.length >= MOST_REJECTS;
      for (; !next.done && !isFull(); next = batches.next()) {
        const batch = next.value;
        rejects.push(...batch.rejects);
        last = batch.last;
        read += batch.read;
        const bytes = expected.add(batch);
        if (batch.length === 0) continue;
        // While PostgreSQL takes the rows, their tiles are built.
        await Promise.all([copy.write(bytes), isWhole ? tiles?.add(batch) : undefined]);
      }
      await copy.end();
      await storeRejects(target, plan.hash, 'candles', rejects);
      await writeCheckpoint(target, plan.hash, 'candles', { last, read });
    });
    onRows(read);
  }
  return isWhole ? expected.end(plan) : null;
}
