import { rebuildTiles } from '@/server/candles/import/rebuild-tiles';
import type { Plan } from '../plan/plan';
import type { Progress } from '../progress';
import type { Target } from '../target/connection';
import { buildKeys } from '../target/keys';
import { setAndProbeSequences } from '../target/sequences';
import { type Migration, setPhase } from '../target/state';
import { loadCandles } from './candles';
import { loadMarks } from './marks';

/** Carries a move from wherever it stands to where everything is there and only to be verified. */
export async function loadAll(
  target: Target,
  plan: Plan,
  migration: Migration,
  progress: Progress,
): Promise<void> {
  if (migration.phase === 'loading') {
    await loadRows(target, plan, progress);
    await setPhase(target, plan.hash, 'building');
    migration.phase = 'building';
  }
  if (migration.phase === 'building') {
    await buildKeys(target, migration.keys, (definition) => progress.say(`adding ${definition}`));
    await buildTiles(target, plan, progress);
    await target.transaction(() => setAndProbeSequences(target));
    if (!target.isDryRun)
      await target.run('analyze charts, candles, annotations, span_annotations, revisions');
    await setPhase(target, plan.hash, 'verifying');
    migration.phase = 'verifying';
  }
}

async function loadRows(target: Target, plan: Plan, progress: Progress) {
  // What an interrupted chunk left in the table's file is given back first.
  if (!target.isDryRun) await target.run('vacuum candles');
  const { tables } = plan.shape;
  const load = async (
    table: 'candles' | 'annotations' | 'span_annotations',
    work: (onRows: (read: number) => void) => Promise<void>,
  ) => {
    const bar = progress.bar(table, tables[table]?.rows ?? 0);
    await work(bar.at);
    bar.end();
  };
  await load('candles', (onRows) => loadCandles(target, plan, onRows));
  await load('annotations', (onRows) => loadMarks(target, plan, 'annotations', onRows));
  await load('span_annotations', (onRows) => loadMarks(target, plan, 'span_annotations', onRows));
}

/** A chart is done once it has a data_rev; each is a transaction of its own. */
async function buildTiles(target: Target, plan: Plan, progress: Progress) {
  const charts = await target.rows<{ id: number }>(
    'select id from charts where data_rev = 0 order by id',
  );
  const bar = progress.bar('tiles', plan.candles.tally.stored);
  let done = 0;
  for (const { id } of charts) {
    const summary = await target.transaction(() =>
      rebuildTiles(target.client, id, (candles) => bar.at(done + candles)),
    );
    done += summary?.candles ?? 0;
  }
  bar.end();
}
