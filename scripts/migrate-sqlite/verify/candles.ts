import { BATCH, type ExpectedCandles } from '../load/expected-candles';
import type { PassingTiles } from '../load/tiles';
import type { Plan } from '../plan/plan';
import { duration } from '../progress';
import type { Target } from '../target/connection';
import { compareCandles } from './candle-differences';
import type { Check } from './check';
import { CopyReader } from './copy-reader';
import { COPY_CANDLES, StoredCandles } from './stored-candles';

/**
 * Reads all candles back and holds them against the file. They lie in its order, so that what
 * PostgreSQL sends has to be the bytes that the file gave; only when it is not, as after an
 * interruption, they are compared one by one. Tiles are built from what comes back.
 */
export async function verifyCandles(
  target: Target,
  plan: Plan,
  expected: ExpectedCandles,
  tiles: PassingTiles | null,
  onRows: (rows: number) => void,
): Promise<{ check: Check; tiled: Set<number> }> {
  const started = performance.now();
  let rows = 0;
  const stored = new StoredCandles(BATCH, (candles) => {
    rows += candles.length;
    onRows(rows);
    tiles?.add(candles);
    if (tiles?.isBehind) reader.waitFor(tiles.caughtUp);
  });
  const reader = new CopyReader(COPY_CANDLES, stored.take);
  target.client.query(reader);
  await reader.ended;
  const isSame = stored.end() === expected.digest;
  const wrong = isSame ? [] : await compareCandles(target, plan);
  const tiled = (await tiles?.finish()) ?? new Set<number>();
  const took = duration((performance.now() - started) / 1000);
  const text = `${rows.toLocaleString('en')} candles read back and compared bit for bit in ${took}`;
  return { check: { name: 'candles', passed: wrong.length === 0, text, details: wrong }, tiled };
}
