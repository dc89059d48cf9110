import { formatFixed } from '@/components/format';
import type { Measured, RunMetrics, RunSummary } from '@/contract/runs';

/** Under so many tested spans a share says more than is known: counts stand alone. */
export const LEAST_SPANS = 10;

/** What a run shows at a threshold, in counts and, where there are enough spans, in shares. */
export type Shown = {
  threshold: number;
  /** Spans by people, and those of them that the run finds. */
  spans: number;
  found: number;
  /** Predictions, and those of them that are right. */
  shown: number;
  right: number;
  f1: number;
  precision: number;
  recall: number;
  /** Whether this is where the run's own figures, with their intervals, hold. */
  isOwn: boolean;
};

/** The run's figures at the point of its curve that is nearest to `threshold`. */
export function shownAt(metrics: RunMetrics, threshold: number): Shown {
  const own = ownFigures(metrics);
  const nearest = metrics.curve?.reduce((best, point) =>
    Math.abs(point.threshold - threshold) < Math.abs(best.threshold - threshold) ? point : best,
  );
  const isOwn =
    !nearest || Math.abs(metrics.threshold - threshold) <= Math.abs(nearest.threshold - threshold);
  if (isOwn) return { ...own, threshold: metrics.threshold, isOwn: true };
  const { precision, recall } = nearest;
  const found = Math.round(recall * own.spans);
  const shown = precision > 0 ? Math.round(found / precision) : 0;
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return {
    ...{ threshold: nearest.threshold, spans: own.spans, found, shown, right: found },
    ...{ f1, precision, recall, isOwn: false },
  };
}

/** A run from before counts were kept has them per label. */
function ownFigures({ quality, perLabel, spanF1 }: RunMetrics) {
  if (quality) {
    const { spans, found, shown } = quality;
    return {
      ...{ spans, found, shown, right: found, f1: quality.f1.value },
      ...{ precision: quality.precision.value, recall: quality.recall.value },
    };
  }
  const sum = (of: (label: RunMetrics['perLabel'][0]) => number) =>
    perLabel.reduce((total, label) => total + of(label), 0);
  const spans = sum(({ support }) => support);
  const shown = sum(({ predicted }) => predicted);
  const found = sum(({ support, recall }) => Math.round(support * recall));
  const right = sum(({ predicted, precision }) => Math.round(predicted * precision));
  return {
    ...{ spans, found, shown, right, f1: spanF1 },
    ...{ precision: shown > 0 ? right / shown : 0, recall: spans > 0 ? found / spans : 0 },
  };
}

const inTens = (share: number) => Math.round(share * 10);

/** “Finds 6 of 10 patterns; 3 of 10 it shows are wrong. Chance would find 1 of 10.” */
export function sentenceOf(metrics: RunMetrics, at: Shown): string {
  if (at.spans === 0) return 'No labelled span could be tested, so nothing is known of this run.';
  const wrong = at.shown - at.right;
  if (at.spans < LEAST_SPANS) {
    const shown = at.shown === 0 ? 'it shows none' : `${wrong} of ${at.shown} it shows are wrong`;
    return `Finds ${at.found} of ${at.spans} patterns; ${shown}. Too few to say how often.`;
  }
  const finds = `Finds ${inTens(at.recall)} of 10 patterns`;
  const shows =
    at.shown === 0 ? 'it shows nothing' : `${inTens(1 - at.precision)} of 10 it shows are wrong`;
  const chance = metrics.quality?.recall.chance;
  const blind =
    chance === null || chance === undefined || !at.isOwn
      ? ''
      : ` Chance would find ${inTens(chance)} of 10.`;
  return `${finds}; ${shows}.${blind}`;
}

export type Difference = {
  by: number;
  /** Null where one of the figures has none. */
  interval: [number, number] | null;
  isSure: boolean;
};

/**
 * How far two figures differ, with an interval recovered from those of both as if they were
 * independent (Zou & Donner 2008, MOVER). Nothing is sure while it holds 0.
 */
export function differenceOf(now: Measured, before: Measured): Difference {
  const by = now.value - before.value;
  if (!now.interval || !before.interval) return { by, interval: null, isSure: false };
  const down = Math.hypot(now.value - now.interval[0], before.interval[1] - before.value);
  const up = Math.hypot(now.interval[1] - now.value, before.value - before.interval[0]);
  const interval: [number, number] = [by - down, by + up];
  return { by, interval, isSure: interval[0] > 0 || interval[1] < 0 };
}

/** Figures of two ways of testing differ by that alone: what a difference says of the runs is not known. */
export const isTestedAlike = (
  one: Pick<RunSummary, 'params'>,
  other: Pick<RunSummary, 'params'>,
): boolean => one.params.split === other.params.split;

/** What a list of runs says of one: a share only where it rests on enough spans. */
export function shortFigure(metrics: RunMetrics): string {
  const { spans, found, f1 } = shownAt(metrics, metrics.threshold);
  return spans < LEAST_SPANS ? `${found} of ${spans}` : `F1 ${formatFixed(f1, 2)}`;
}

/** What stands beside a run's figure in a list, where there is no room for sentences. */
export function shortCaveats({
  params,
  isStale,
  hasGoneLabels,
}: Pick<RunSummary, 'params' | 'isStale' | 'hasGoneLabels'>): string[] {
  return [
    ...(params.split === 'random' ? ['random split'] : []),
    ...(isStale ? ['stale candles'] : []),
    ...(hasGoneLabels ? ['labels gone'] : []),
  ];
}
