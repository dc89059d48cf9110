import { lowerBound } from '@/chart/time-scale';
import type { PredictionConditions } from '@/contract/predictions';
import type { SpanLabelType } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';

/** What a prediction must not be read without; the first ones weigh most. */
export type Doubt = 'stale' | 'random' | 'renamed' | 'learnt';

type Predicted = { startTime: UtcSeconds; endTime: UtcSeconds; label: string };

export const DOUBT_TEXT: Record<Doubt, { short: string; long: string }> = {
  stale: {
    short: 'predicted before candles changed',
    long: 'Candles of the chart have changed since it was predicted.',
  },
  random: {
    short: 'random split',
    long: 'The run was tested on neighbours of what it learnt from, so its scores are too high.',
  },
  renamed: {
    short: 'label renamed or deleted since',
    long: 'No label is called so any more: it was renamed or deleted.',
  },
  learnt: {
    short: 'inside what the run learnt from',
    long: 'The run learnt from these bars; the model of another fold predicted them.',
  },
};

/** What speaks against each prediction of a run on a chart; nothing while that is not known. */
export function doubtsBy(
  conditions: PredictionConditions | undefined,
  labels: readonly SpanLabelType[],
): (prediction: Predicted) => Doubt[] {
  if (!conditions) return () => [];
  const { split, learntFrom, asked, isStale } = conditions;
  const names = new Set(labels.map(({ name }) => name));
  const starts = (learntFrom ?? []).map(({ from }) => from);
  const isLearnt = ({ startTime, endTime }: Predicted) => {
    // The stretches are in order and apart: of those that begin early enough, the last ends last.
    const next = lowerBound(starts, endTime);
    const last = learntFrom?.[starts[next] === endTime ? next : next - 1];
    return last !== undefined && last.to >= startTime;
  };
  // A later request takes the place of what was there, but not where the run learnt.
  const askedFor = ({ startTime, endTime }: Predicted) =>
    asked.find(({ from, to }) => (from ?? startTime) <= startTime && (to ?? endTime) >= endTime);
  const find = (prediction: Predicted) => {
    const learnt = isLearnt(prediction);
    const stale = learnt ? isStale : (askedFor(prediction)?.isStale ?? isStale);
    const doubts: [Doubt, boolean][] = [
      ['stale', stale],
      ['random', split === 'random'],
      ['renamed', !names.has(prediction.label)],
      ['learnt', learnt],
    ];
    return doubts.flatMap(([doubt, isTrue]) => (isTrue ? doubt : []));
  };
  const known = new WeakMap<Predicted, Doubt[]>();
  return (prediction) => {
    const doubts = known.get(prediction) ?? find(prediction);
    known.set(prediction, doubts);
    return doubts;
  };
}

export const inWords = (doubts: readonly Doubt[]) =>
  doubts.map((doubt) => DOUBT_TEXT[doubt].long).join(' ');

export const shortly = (doubts: readonly Doubt[]) => doubts.map((doubt) => DOUBT_TEXT[doubt].short);
