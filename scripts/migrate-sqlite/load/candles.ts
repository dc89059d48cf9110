import { Rows } from '@/server/candles/import/copy';
import { CopyStream } from '@/server/candles/import/copy-stream';
import type { Reject } from '../decisions/rows';
import type { Batch } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import type { Rowid } from '../source/cells';
import type { Target } from '../target/connection';
import { findCheckpoint, writeCheckpoint } from '../target/state';
import { storeRejects } from './rejects';

/** Rows of the file per transaction. */
const CHUNK = 100_000;
/** Few enough for the socket to take at once. */
const BATCH = 2_048;
const MOST_REJECTS = 5_000;
const COLUMNS = 'chart_id, time, open, high, low, close, volume';
const ROW_BYTES = 2 + 8 + 6 * 12;

/** Moves the candles that a run before this one has not, chunk by chunk. */
export async function loadCandles(
  target: Target,
  plan: Plan,
  onRows: (read: number) => void,
): Promise<void> {
  const { pass, duplicates } = plan.candles;
  if (!pass) return;
  const checkpoint = await findCheckpoint(target, plan.hash, 'candles');
  const last = checkpoint?.last ?? null;
  let read = checkpoint?.read ?? 0;
  onRows(read);
  const rows = new Rows(BATCH * ROW_BYTES);
  const batches = pass.batches(last, BATCH, duplicates?.losers(last) ?? [])[Symbol.iterator]();
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
        if (batch.length > 0) await copy.write(encodeCandles(rows, batch));
      }
      await copy.end();
      await storeRejects(target, plan.hash, 'candles', rejects);
      await writeCheckpoint(target, plan.hash, 'candles', { last, read });
    });
    onRows(read);
  }
}

function encodeCandles(out: Rows, batch: Batch): Uint8Array {
  out.clear();
  const { chart, time, open, high, low, close, volume } = batch;
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    out.int4(chart[i]!);
    out.timestamp(time[i]!);
    out.float8(open[i]!);
    out.float8(high[i]!);
    out.float8(low[i]!);
    out.float8(close[i]!);
    if (Number.isNaN(volume[i]!)) out.null();
    else out.float8(volume[i]!);
  }
  return out.done();
}
