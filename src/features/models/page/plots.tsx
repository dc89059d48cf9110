'use client';

import { type ReactNode, useCallback } from 'react';
import { formatFixed, formatSigned } from '@/components/format';
import type { RunMetrics } from '@/contract/runs';
import type { Shown } from './figures';
import { type Draw, PlotFigure } from './plot-figure';

const HEIGHT_PX = 230;
const LEARNING = 'More spans would bring';
const UNIT = { domain: [0, 1], ticks: [0, 0.5, 1], nice: false };
const AXES = { marginLeft: 34, marginBottom: 22, marginTop: 8, marginRight: 14 };

/** The names of both axes, inside the frame where they cover no tick. */
const named = ({ text }: typeof import('@observablehq/plot'), x: string, y: string) => [
  text([y], { frameAnchor: 'top-left', dx: 5, dy: 3, fill: 'var(--faint)' }),
  text([x], { frameAnchor: 'bottom-right', dx: -3, dy: -5, fill: 'var(--faint)' }),
];

/** Precision and recall, what a score means, and what more spans would bring; each as it is known. */
export function Plots(props: { metrics: RunMetrics; shown: Shown; isBeingMeasured: boolean }) {
  const { metrics, shown, isBeingMeasured } = props;
  const { curve, scoreCalibration, learningCurve } = metrics;
  if (!curve?.length && !scoreCalibration?.length && !learningCurve?.length) return null;
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(240px,1fr))] divide-x divide-line border-line border-b">
      {curve && curve.length > 1 && <CurvePlot metrics={metrics} shown={shown} />}
      {scoreCalibration && scoreCalibration.length > 0 && <CalibrationPlot metrics={metrics} />}
      {learningCurve && learningCurve.length > 1 ? (
        <LearningPlot metrics={metrics} />
      ) : (
        <Panel title={LEARNING} says="">
          <p className="text-muted" style={{ height: HEIGHT_PX }}>
            {isBeingMeasured
              ? 'Being computed: it learns from a third and two thirds of the spans.'
              : 'Not known: it is measured for 10 to 200 tested spans, where each fold has some.'}
          </p>
        </Panel>
      )}
    </div>
  );
}

function Panel({ title, says, children }: { title: string; says: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 px-5 py-3">
      <h2 className="mb-1 font-semibold">{title}</h2>
      {children}
      <p className="mt-1 text-muted text-xs">{says}</p>
    </section>
  );
}

function CurvePlot({ metrics, shown }: { metrics: RunMetrics; shown: Shown }) {
  const { curve = [], baselineCurve = [] } = metrics;
  const chance = metrics.quality?.precision.chance ?? null;
  const { precision, recall, threshold } = shown;
  const draw: Draw = useCallback(
    (library) => {
      const { areaY, line, dot, ruleY, text } = library;
      return {
        ...AXES,
        x: { ...UNIT, label: null },
        y: { ...UNIT, label: null, grid: true },
        marks: [
          ...named(library, 'found', 'right'),
          areaY(
            curve.filter(({ interval }) => interval),
            {
              ...{ x: 'recall', fill: 'var(--accent)', fillOpacity: 0.16 },
              y1: ({ interval }: (typeof curve)[0]) => interval?.[0],
              y2: ({ interval }: (typeof curve)[0]) => interval?.[1],
            },
          ),
          ...(chance === null ? [] : [ruleY([chance], { stroke: 'var(--faint)' })]),
          line(baselineCurve, { x: 'recall', y: 'precision', stroke: 'var(--warning)' }),
          // Its scores lie so close together that its curve may be no more than a point.
          dot(baselineCurve, { x: 'recall', y: 'precision', r: 1.5, fill: 'var(--warning)' }),
          text(baselineCurve.slice(-1), {
            ...{ x: 'recall', y: 'precision', text: () => 'template search' },
            ...{ dy: -12, textAnchor: 'end', fill: 'var(--warning)' },
          }),
          line(curve, { x: 'recall', y: 'precision', stroke: 'var(--accent)', strokeWidth: 1.8 }),
          dot([{ precision, recall }], {
            ...{ x: 'recall', y: 'precision', r: 4.5, strokeWidth: 2 },
            ...{ stroke: 'var(--accent)', fill: 'var(--canvas)' },
          }),
          text([{ precision, recall }], {
            ...{ x: 'recall', y: 'precision', text: () => formatFixed(threshold, 2) },
            ...{ dx: 18, dy: -10, fill: 'var(--text)' },
          }),
        ],
      };
    },
    [curve, baselineCurve, chance, precision, recall, threshold],
  );
  const says = `At ${formatFixed(threshold, 2)}: ${formatFixed(precision, 2)} right, ${formatFixed(recall, 2)} found${shown.isOwn && metrics.quality ? ', each part at the threshold that the others chose' : ''}`;
  return (
    <Panel title="Precision and recall" says={says}>
      <PlotFigure text={`Precision over recall. ${says}`} height={HEIGHT_PX} draw={draw} />
    </Panel>
  );
}

function CalibrationPlot({ metrics }: { metrics: RunMetrics }) {
  const { scoreCalibration: bins = [], calibrationError } = metrics;
  const draw: Draw = useCallback(
    (library) => {
      const { line, dot, ruleX, link } = library;
      return {
        ...AXES,
        x: { ...UNIT, label: null },
        y: { ...UNIT, label: null, grid: true },
        marks: [
          ...named(library, 'score', 'right'),
          link([0], {
            ...{ x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'var(--faint)', strokeDasharray: '3 3' },
          }),
          ruleX(
            bins.filter(({ interval }) => interval),
            {
              ...{ x: 'predicted', stroke: 'var(--accent)', strokeWidth: 1.5, strokeOpacity: 0.7 },
              y1: ({ interval }: (typeof bins)[0]) => interval?.[0],
              y2: ({ interval }: (typeof bins)[0]) => interval?.[1],
            },
          ),
          line(bins, { x: 'predicted', y: 'observed', stroke: 'var(--accent)', strokeWidth: 1.8 }),
          dot(bins, { x: 'predicted', y: 'observed', r: 3.5, fill: 'var(--accent)' }),
        ],
      };
    },
    [bins],
  );
  const bias = bins.reduce((sum, bin) => sum + (bin.predicted - bin.observed) * bin.count, 0);
  const lean = bias > 0 ? 'a little too sure' : 'a little too careful';
  const says =
    calibrationError === undefined
      ? 'How often predictions of a score are right'
      : `Off by ${formatFixed(calibrationError, 2)} on average; ${lean}`;
  return (
    <Panel title="Does 0.8 mean 8 of 10?" says={says}>
      <PlotFigure text={`Share right by score. ${says}`} height={HEIGHT_PX} draw={draw} />
    </Panel>
  );
}

function LearningPlot({ metrics }: { metrics: RunMetrics }) {
  const { learningCurve: points = [], nextSpans } = metrics;
  const draw: Draw = useCallback(
    (library) => {
      const { areaY, line, dot } = library;
      return {
        ...AXES,
        x: {
          type: 'log',
          label: null,
          ticks: apart(points.map(({ spans }) => spans)),
          tickFormat: 'd',
        },
        y: { ...UNIT, label: null, grid: true },
        marks: [
          ...named(library, 'spans', 'F1'),
          areaY(
            points.filter(({ interval }) => interval),
            {
              ...{ x: 'spans', fill: 'var(--accent)', fillOpacity: 0.16 },
              y1: ({ interval }: (typeof points)[0]) => interval?.[0],
              y2: ({ interval }: (typeof points)[0]) => interval?.[1],
            },
          ),
          line(points, { x: 'spans', y: 'f1', stroke: 'var(--accent)', strokeWidth: 1.8 }),
          dot(points, { x: 'spans', y: 'f1', r: 3, fill: 'var(--accent)' }),
        ],
      };
    },
    [points],
  );
  const says = nextSpans
    ? `The next ${nextSpans.count} spans should bring between ${formatSigned(nextSpans.gain[0], 2)} and ${formatSigned(nextSpans.gain[1], 2)}`
    : 'F1 by the number of spans it learnt from';
  return (
    <Panel title={LEARNING} says={says}>
      <PlotFigure text={`F1 by spans. ${says}`} height={HEIGHT_PX} draw={draw} />
    </Panel>
  );
}

/** On a log scale, values whose numbers do not run into one another; the last one stays. */
const apart = (values: number[]) =>
  values.filter((value, at) => (values[at + 1] ?? Number.POSITIVE_INFINITY) / value > 1.5);
