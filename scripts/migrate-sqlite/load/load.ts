import type { Plan } from '../plan/plan';
import type { Progress } from '../progress';
import type { Target } from '../target/connection';
import { buildKeys, CANDLES, isIndex, MARKS } from '../target/keys';
import { setAndProbeSequences } from '../target/sequences';
import { type Key, type Migration, setPhase } from '../target/state';
import { loadCandles } from './candles';
import { loadMarks, logMarks } from './marks';

/** Carries a move from wherever it stands to where all rows are there. */
export async function loadAll(
  target: Target,
  plan: Plan,
  migration: Migration,
  progress: Progress,
): Promise<void> {
  if (migration.phase === 'loading') {
    await loadRows(target, plan, migration.keys, progress);
    await setPhase(target, plan.hash, 'building');
    migration.phase = 'building';
    progress.lap('load');
  }
  if (migration.phase === 'building') {
    await target.transaction(() => setAndProbeSequences(target));
    progress.lap('sequences');
  }
}

/** Candles; then what is drawn on them, while PostgreSQL builds their index. */
async function loadRows(target: Target, plan: Plan, keys: Key[], progress: Progress) {
  // What an interrupted chunk left in the table's file is given back first.
  if (!target.isDryRun) await target.run('vacuum candles, annotations, span_annotations');
  const { tables } = plan.shape;
  const loaded = ['candles', 'annotations', 'span_annotations'] as const;
  const bar = progress.bar(
    'rows',
    loaded.map((table) => tables[table]?.rows ?? 0),
  );
  await loadCandles(target, plan, bar.part(0));
  await target.both(
    (own) => buildKeys(own, keys.filter(isIndex), CANDLES, progress.say),
    async (own) => {
      await loadMarks(own, plan, 'annotations', bar.part(1));
      await loadMarks(own, plan, 'span_annotations', bar.part(2));
      await logMarks(own, plan, 'annotations');
      await logMarks(own, plan, 'span_annotations');
      await buildKeys(own, keys, MARKS, progress.say);
      if (!own.isDryRun) await own.run('analyze charts, annotations, span_annotations, revisions');
    },
  );
  bar.end();
}
