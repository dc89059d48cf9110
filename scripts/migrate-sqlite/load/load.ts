import type { Plan } from '../plan/plan';
import type { Progress } from '../progress';
import type { Target } from '../target/connection';
import { buildKeys, MARKS } from '../target/keys';
import { type Key, type Migration, setPhase } from '../target/state';
import type { Change } from '../verify/changes';
import { loadCandles } from './candles';
import { type ExpectedCandles, expectCandles } from './expected-candles';
import { loadMarks, logMarks } from './marks';

/** Moves the candles that are not there yet. Gives what there should be of them. */
export async function loadAllCandles(
  target: Target,
  plan: Plan,
  migration: Migration,
  progress: Progress,
  onChange: (change: Change) => void,
): Promise<ExpectedCandles> {
  const rows = [plan.shape.tables.candles?.rows ?? 0];
  let expected: ExpectedCandles | null = null;
  if (migration.phase === 'loading') {
    // What an interrupted chunk left in the table's file is given back first.
    if (!target.isDryRun) await target.run('vacuum candles');
    const bar = progress.bar('candles', rows);
    expected = await loadCandles(target, plan, bar.part(0), onChange);
    bar.end();
    await setPhase(target, plan.hash, 'building');
    migration.phase = 'building';
  }
  if (expected) return expected;
  const bar = progress.bar('once more', rows);
  expected = await expectCandles(plan, bar.part(0), onChange);
  bar.end();
  return expected;
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
  await buildKeys(target, keys, MARKS, progress.say);
  if (!target.isDryRun) {
    await target.run('analyze charts, annotations, span_annotations, revisions');
  }
}
