import type { Change } from '../changes';
import type { Plan } from '../plan/plan';
import type { Progress } from '../progress';
import type { Target } from '../target/connection';
import { buildKeys, MARKS } from '../target/keys';
import { type Key, type Migration, setPhase } from '../target/state';
import { loadCandles } from './candles';
import { type ExpectedCandles, expectCandles } from './expected-candles';
import { loadMarks, logMarks } from './marks';
import { PassingTiles } from './tiles';

export type LoadedCandles = {
  /** What there should be of them. */
  expected: ExpectedCandles;
  /** The charts whose tiles are there. */
  tiled: Set<number>;
};

/** Moves the candles that are not there yet. */
export async function loadAllCandles(
  target: Target,
  plan: Plan,
  migration: Migration,
  onRows: (read: number) => void,
  onChange: (change: Change) => void,
): Promise<LoadedCandles> {
  let expected: ExpectedCandles | null = null;
  let tiled = new Set<number>();
  if (migration.phase === 'loading') {
    // What an interrupted chunk left in the table's file is given back first.
    if (!target.isDryRun) await target.run('vacuum candles');
    if (target.isDryRun) expected = await loadCandles(target, plan, null, onRows, onChange);
    else {
      await target.beside(async (other) => {
        const tiles = new PassingTiles(other);
        expected = await loadCandles(target, plan, tiles, onRows, onChange);
        tiled = await tiles.finish();
      });
    }
    await setPhase(target, plan.hash, 'building');
    migration.phase = 'building';
  }
  expected ??= await expectCandles(plan, onChange);
  return { expected, tiled };
}

/** Moves the annotations and spans that are not there yet, and logs each. */
export async function loadAllMarks(
  target: Target,
  plan: Plan,
  keys: Key[],
  progress: Progress,
  onRows: [annotations: (read: number) => void, spans: (read: number) => void],
): Promise<void> {
  if (!target.isDryRun) await target.run('vacuum annotations, span_annotations');
  await loadMarks(target, plan, 'annotations', onRows[0]);
  await loadMarks(target, plan, 'span_annotations', onRows[1]);
  await logMarks(target, plan, 'annotations');
  await logMarks(target, plan, 'span_annotations');
  await buildKeys(target, keys, MARKS, progress.log);
  if (!target.isDryRun) {
    await target.run('analyze annotations, span_annotations, revisions');
  }
}
