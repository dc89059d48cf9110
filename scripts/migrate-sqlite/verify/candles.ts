import type { PassingTiles } from '../load/tiles';
import type { Batch } from '../plan/candle-pass';
import type { Plan } from '../plan/plan';
import type { Tally } from '../plan/tally';
import { duration } from '../progress';
import type { Target } from '../target/connection';
import { compareCandles } from './candle-differences';
import type { Change } from './changes';
import type { Check } from './check';
import { CopyReader } from './copy-reader';
import { ExpectedCandles, type Extent } from './expected-candles';
import { COPY_CANDLES, FramedCandles } from './framed-candles';

const BATCH = 2_048;

export type VerifiedCandles = {
  check: Check;
  tally: Tally;
  extents: Map<number, Extent>;
  /** Charts whose tiles were built on the way. */
  tiled: Set<number>;
};

/**
 * Reads all candles back and compares them with the file, read anew, bit for bit. They lie in the
 * order of the file, so that what PostgreSQL sends has to be the same bytes; only when it is not,
 * as after an interruption, they are looked at one by one.
 */
export async function verifyCandles(
  target: Target,
  plan: Plan,
  tiles: PassingTiles | null,
  onRows: (rows: number) => void,
  onChange: (change: Change) => void,
): Promise<VerifiedCandles> {
  const started = performance.now();
  const changes: Change[] = [];
  let expected = new ExpectedCandles(plan, BATCH, (change) => changes.push(change));
  let wrong: string[] = [];
  const isSame = await isSameBytes(target, expected, tiles, onRows);
  if (!isSame) {
    changes.length = 0;
    expected = new ExpectedCandles(plan, BATCH, (change) => changes.push(change));
    wrong = await compareCandles(target, expected, onRows);
  }
  if (!isSame) await tiles?.abandon();
  const tiled = (isSame && (await tiles?.finish())) || new Set<number>();
  for (const change of changes) onChange(change);
  const { tally, extents } = expected;
  const took = duration((performance.now() - started) / 1000);
  const text = `${tally.stored.toLocaleString('en')} candles read back and compared bit for bit in ${took}`;
  return {
    check: { name: 'candles', passed: wrong.length === 0, text, details: wrong },
    tally,
    extents,
    tiled,
  };
}

async function isSameBytes(
  target: Target,
  expected: ExpectedCandles,
  tiles: PassingTiles | null,
  onRows: (rows: number) => void,
): Promise<boolean> {
  const frames = new FramedCandles(BATCH);
  let at = 0;
  let isSame = true;
  let isAtEnd = false;
  let batch: Batch | null = null;
  const fill = () => {
    // The one before has been found there to the last byte.
    if (batch) tiles?.add(batch);
    batch = expected.next();
    at = 0;
    onRows(expected.tally.read);
    if (batch) frames.fill(batch);
    else if (isAtEnd) isSame = false;
    else frames.fillEnd();
    isAtEnd ||= !batch;
  };
  const reader = new CopyReader(COPY_CANDLES, (bytes, from, to) => {
    while (isSame && from < to) {
      if (at === frames.length) fill();
      const length = Math.min(to - from, frames.length - at);
      isSame &&= bytes.compare(frames.bytes, at, at + length, from, from + length) === 0;
      from += length;
      at += length;
    }
    if (tiles?.isBehind) reader.waitFor(tiles.caughtUp);
  });
  target.client.query(reader);
  await reader.ended;
  onRows(expected.tally.read);
  return isSame && isAtEnd && at === frames.length;
}
