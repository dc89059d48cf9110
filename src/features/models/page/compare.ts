import { formatCount } from '@/components/format';
import type { RunDataset, TrainingRun } from '@/contract/runs';

type Compared = Pick<TrainingRun, 'params' | 'dataset'>;

const sum = (dataset: RunDataset, of: 'spans' | 'examinedCandles' | 'candles') =>
  dataset.charts.reduce((total, chart) => total + (chart[of] ?? 0), 0);

const signedCount = (by: number) => `${by > 0 ? '+' : ''}${formatCount(by)}`;

/** What was different between two runs, each as a name and a change: why the figure moved. */
export function changesBetween(now: Compared, before: Compared): { name: string; value: string }[] {
  const changes: { name: string; value: string }[] = [];
  const say = (name: string, value: string) => changes.push({ name, value });
  for (const [key, name] of [
    ['model', 'Model'],
    ['split', 'Split'],
    ['folds', 'Folds'],
    ['seed', 'Seed'],
  ] as const) {
    if (now.params[key] === before.params[key]) continue;
    say(name, `${before.params[key] ?? '–'} → ${now.params[key] ?? '–'}`);
  }
  const [a, b] = [now.dataset, before.dataset];
  if (!a || !b) return changes;
  for (const [key, name] of [
    ['spans', 'Spans'],
    ['examinedCandles', 'Candles learnt from'],
    ['candles', 'Candles'],
  ] as const) {
    const by = sum(a, key) - sum(b, key);
    if (by !== 0) say(name, signedCount(by));
  }
  const ids = (dataset: RunDataset) => new Map(dataset.charts.map(({ id, name }) => [id, name]));
  for (const [id, name] of ids(a)) if (!ids(b).has(id)) say('Chart added', name);
  for (const [id, name] of ids(b)) if (!ids(a).has(id)) say('Chart left out', name);
  const counts = new Map(b.labels.map(({ label, spans }) => [label, spans]));
  for (const { label, spans } of a.labels) {
    const was = counts.get(label) ?? 0;
    counts.delete(label);
    if (spans !== was) say(label, signedCount(spans - was));
  }
  for (const [label, spans] of counts) say(label, signedCount(-spans));
  if (changes.length === 0 && a.sha256 !== b.sha256) say('Spans or ranges', 'moved');
  return changes;
}

/** What keeps a run's figures from saying what they seem to say. */
export function caveatsOf({ params, dataset }: Compared): string[] {
  const caveats: string[] = [];
  if (params.split === 'random') {
    caveats.push(
      'Random split: it was tested on neighbours of what it was trained on, so its figures are too good. For comparison only.',
    );
  }
  if (!dataset) return caveats;
  const named = (state: RunDataset['charts'][0]['state']) =>
    dataset.charts.filter((chart) => chart.state === state).map(({ name }) => name);
  const list = (names: string[]) => names.join(', ');
  const [changed, deleted] = [named('candles-changed'), named('deleted')];
  if (changed.length > 0) {
    caveats.push(
      `The candles of ${list(changed)} have changed since: its predictions there are stale.`,
    );
  }
  const stale = dataset.charts.reduce((sum, chart) => sum + (chart.staleSpans ?? 0), 0);
  if (stale > 0) {
    caveats.push(
      `${formatCount(stale)} of its spans ${stale === 1 ? 'was' : 'were'} stale: ${stale === 1 ? 'its' : 'their'} candles had changed and nobody had looked again.`,
    );
  }
  if (deleted.length > 0) caveats.push(`Deleted since: ${list(deleted)}.`);
  if (dataset.goneLabels.length > 0) {
    caveats.push(
      `Renamed or deleted since: ${list(dataset.goneLabels)}. Its figures keep the old names.`,
    );
  }
  if (dataset.charts.some(({ examinedRanges }) => examinedRanges === 0)) {
    caveats.push(
      'Nobody has said which bars of a chart were examined, so it learnt what is no pattern only beside the spans.',
    );
  }
  return caveats;
}
