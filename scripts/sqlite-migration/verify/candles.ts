import { duration } from '../../cli/progress';
import type { ExpectedCandles } from '../load/expected-candles';
import type { Plan } from '../plan/plan';
import type { Target } from '../target/connection';
import { compareCandles } from './candle-differences';
import { CANDLES, RowDigest } from './candle-rows';
import type { Check } from './check';
import { CopyReader } from './copy-reader';

/**
 * Reads all candles back and holds them against the file. They lie in its order, so that what
 * PostgreSQL sends has to be the bytes that the file gave; only when it is not, as after an
 * interruption, they are compared one by one.
 */
export async function verifyCandles(
  target: Target,
  plan: Plan,
  expected: ExpectedCandles,
  onRows: (rows: number) => void,
): Promise<Check> {
  const started = performance.now();
  const stored = new RowDigest();
  const reader = new CopyReader(CANDLES, {
    row: (bytes, from, to) => stored.row(bytes, from, to),
    flush() {
      stored.flush();
      onRows(stored.rows);
    },
  });
  target.client.query(reader);
  await reader.ended;
  const isSame = stored.digest() === expected.digest;
  const wrong = isSame ? [] : await compareCandles(target, plan);
  const took = duration((performance.now() - started) / 1000);
  const text = `${stored.rows.toLocaleString('en')} candles read back and compared bit for bit in ${took}`;
  return { name: 'candles', passed: wrong.length === 0, text, details: wrong };
}
