'use client';

import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { BarsAround } from '@/chart/types';
import {
  drawWindow,
  layOver,
  roundPrices,
  type WindowScale,
  windowScale,
} from '@/chart/window-picture';
import { formatPrice, formatScore } from '@/components/format';
import type { UtcSeconds } from '@/contract/units';
import { useSize } from '../models/window-canvas';
import { useChartTheme } from '../pages/use-chart-theme';
import { keyOf } from '../session/command';
import { labelStyle } from '../session/label-style';
import { useTimes, zonedOf } from '../session/time-zone';
import { useBoardPage, useBoardState } from './board-context';
import { EDGE_STEPS } from './commands';
import { type Edge, type Edges, UNMOVED } from './edges';
import type { Candidate } from './sources/source';
import { useBars } from './use-bars';

const MARGIN_PX = 44;
const PX_PER_PRICE = 64;
const PX_PER_TIME = 120;
const DAY = 86_400;

/** A time as it is written on its chart. */
type Written = (time: UtcSeconds) => string;

/** The focused candidate with more around it, the example's shape over it, and edges that can be dragged. */
export function FocusedChart({ candidate }: { candidate: Candidate }) {
  const { charts, chartOf, wideBars, labels } = useBoardPage();
  const edges = useBoardState((state) => state.edges);
  const [ref, size] = useSize<HTMLDivElement>();
  const { chartId, label, score } = candidate;
  const read = useBars(charts?.get(chartId)?.reader, candidate, wideBars);
  const bars = useMemo(() => read && withEdges(read, edges ?? UNMOVED), [read, edges]);
  const scale = useMemo(
    () => (bars && size.widthPx > 0 ? windowScale(bars, size, MARGIN_PX) : null),
    [bars, size],
  );
  const { text, color } = labelStyle(labels, label);
  const precision = chartOf(chartId)?.pricePrecision ?? 2;
  const times = useTimes(zonedOf(chartId, chartOf(chartId), chartOf(chartId)?.timeframe ?? DAY));
  const written = (time: UtcSeconds) => times.range(time, time).replace(/ –.*$/, '');
  const prices = scale
    ? roundPrices(scale.low, scale.high, Math.max(2, size.heightPx / PX_PER_PRICE))
    : [];
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-canvas">
      <div className="flex min-h-0 flex-1">
        <div ref={ref} className="relative min-w-0 flex-1 overflow-hidden border-line border-r">
          {bars && scale && (
            <>
              <Candles bars={bars} scale={scale} prices={prices} color={color} />
              <Example bars={bars} scale={scale} />
              <div
                // A score that does not fit in goes to a second line, which is not shown.
                className="absolute top-3 flex h-[18px] flex-wrap content-start items-center gap-2 overflow-hidden whitespace-nowrap rounded border px-1.5 text-xs"
                style={{
                  left: scale.xOf(bars.first),
                  width: (bars.last - bars.first + 1) * scale.pxPerBar,
                  borderColor: color,
                  background: `color-mix(in srgb, ${color} 30%, transparent)`,
                }}
              >
                <span className="max-w-full truncate font-semibold" title={text}>
                  {text}
                </span>
                <span className="text-muted tabular-nums">{formatScore(score)}</span>
              </div>
              <Handle edge="start" bars={bars} scale={scale} written={written} />
              <Handle edge="end" bars={bars} scale={scale} written={written} />
            </>
          )}
          {!bars && (
            <p role="status" className="p-4 text-muted">
              Reading the candles…
            </p>
          )}
        </div>
        <div aria-hidden="true" className="relative w-[72px] shrink-0 text-muted text-xs">
          {scale &&
            prices.map((price) => (
              <span
                key={price}
                className="absolute left-2 -translate-y-1/2 tabular-nums"
                style={{ top: scale.yOf(price) }}
              >
                {formatPrice(price, precision)}
              </span>
            ))}
        </div>
      </div>
      <div aria-hidden="true" className="relative h-7 shrink-0 border-line border-t text-xs">
        {bars && scale && (
          <Times bars={bars} scale={scale} written={written} widthPx={size.widthPx} />
        )}
      </div>
    </div>
  );
}

const withEdges = (bars: BarsAround, { start, end }: Edges): BarsAround => ({
  ...bars,
  first: bars.first + start,
  last: bars.last + end,
});

function Candles(props: {
  bars: BarsAround;
  scale: WindowScale;
  prices: readonly number[];
  color: string;
}) {
  const { bars, scale, prices, color } = props;
  const theme = useChartTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) {
      drawWindow(canvas.current, bars, scale, { theme, color, edgePx: 2, lines: prices });
    }
  });
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} className="absolute inset-0 block size-full" />
    </div>
  );
}

/** The shape that was looked for, dashed, where it is like the candidate. */
function Example({ bars, scale }: { bars: BarsAround; scale: WindowScale }) {
  const { set, charts } = useBoardPage();
  const { example } = set;
  // Of the example itself only its own bars matter.
  const own = useBars(example ? charts?.get(example.chartId)?.reader : undefined, example, 1);
  const shape = useMemo(() => {
    if (!own) return null;
    const closes = own.close.subarray(own.first, own.last + 1);
    return layOver(closes, bars.close.subarray(bars.first, bars.last + 1));
  }, [own, bars]);
  if (!shape) return null;
  const points = [...shape].map(
    (price, at) => `${scale.xOf(bars.first + at + 0.5)},${scale.yOf(price)}`,
  );
  return (
    <>
      <svg aria-hidden="true" className="pointer-events-none absolute inset-0 size-full">
        <polyline
          data-testid="example-shape"
          points={points.join(' ')}
          fill="none"
          stroke="var(--warning)"
          strokeWidth={1.5}
          strokeDasharray="4 3"
        />
      </svg>
      <p className="absolute bottom-2 left-3 flex items-center gap-2 rounded bg-canvas/85 px-1 text-muted text-xs">
        <svg width="20" height="4" aria-hidden="true">
          <path d="M0 2H20" stroke="var(--warning)" strokeWidth={1.5} strokeDasharray="4 3" />
        </svg>
        The example laid over
      </p>
    </>
  );
}

const REACH_PX = 14;

/** A grip on an edge: by mouse at once, by key once it is chosen. */
function Handle(props: { edge: Edge; bars: BarsAround; scale: WindowScale; written: Written }) {
  const { edge, bars, scale, written } = props;
  const { board } = useBoardPage();
  const edges = useBoardState((state) => state.edges);
  const held = useRef<{ xPx: number; bars: number } | null>(null);
  const bar = edge === 'start' ? bars.first : bars.last;
  const xPx = scale.xOf(edge === 'start' ? bar : bar + 1);
  const time = bars.time[bar] ?? 0;
  const isChosen = edges?.chosen === edge;
  const drag = (event: PointerEvent) => {
    if (!held.current) return;
    const moved = Math.round((event.clientX - held.current.xPx) / scale.pxPerBar);
    if (moved === held.current.bars) return;
    board.moveEdge(moved - held.current.bars, edge);
    held.current.bars = moved;
  };
  return (
    <div
      role="slider"
      aria-label={edge === 'start' ? 'Start of the candidate' : 'End of the candidate'}
      aria-valuemin={0}
      aria-valuemax={bars.time.length - 1}
      aria-valuenow={bar}
      aria-valuetext={written(time)}
      tabIndex={0}
      onKeyDown={(event) => {
        const by = EDGE_STEPS[keyOf(event)];
        if (by === undefined) return;
        // Taken here, the board's own arrows do nothing.
        event.preventDefault();
        board.press();
        board.moveEdge(by, edge);
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { xPx: event.clientX, bars: 0 };
        board.chooseEdge(edge);
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        held.current = null;
      }}
      onPointerCancel={() => {
        held.current = null;
      }}
      className="absolute inset-y-8 grid cursor-ew-resize touch-none place-items-center outline-none"
      style={{ left: xPx - REACH_PX / 2, width: REACH_PX }}
    >
      <span
        className="h-7 w-[7px] rounded-full border border-canvas bg-accent data-[chosen=true]:ring-2 data-[chosen=true]:ring-accent/50"
        data-chosen={isChosen}
      />
    </div>
  );
}

function Times({
  bars,
  scale,
  written,
  widthPx,
}: {
  bars: BarsAround;
  scale: WindowScale;
  written: Written;
  widthPx: number;
}) {
  const edges = [bars.first, bars.last].map((bar) => ({ bar, xPx: scale.xOf(bar + 0.5) }));
  const step = Math.max(1, Math.round(PX_PER_TIME / scale.pxPerBar));
  const others = Array.from({ length: Math.floor(bars.time.length / step) }, (_, at) => {
    const bar = Math.round((at + 0.5) * step);
    return { bar, xPx: scale.xOf(bar + 0.5) };
  }).filter(({ xPx }) => edges.every((edge) => Math.abs(edge.xPx - xPx) > PX_PER_TIME * 0.8));
  const text = (bar: number) => written(bars.time[bar] ?? 0);
  const [start = 0, end = 0] = platePlaces(
    edges.map(({ xPx }) => xPx),
    widthPx,
  );
  return (
    <>
      {others.map(({ bar, xPx }) => (
        <span
          key={bar}
          className="absolute top-1 -translate-x-1/2 text-muted"
          style={{ left: xPx }}
        >
          {text(bar)}
        </span>
      ))}
      {edges.map(({ bar }, at) => (
        <span
          key={at === 0 ? 'start' : 'end'}
          className="absolute top-[3px] -translate-x-1/2 whitespace-nowrap rounded border border-line bg-raised px-1.5 font-semibold"
          style={{ left: at === 0 ? start : end }}
        >
          {text(bar)}
        </span>
      ))}
    </>
  );
}

const PLATE_PX = 84;

/** The middles of the edges' plates: within the chart, and beside each other where the edges are near. */
function platePlaces([from = 0, to = 0]: readonly number[], widthPx: number): [number, number] {
  const apart = Math.max(0, PLATE_PX - (to - from)) / 2;
  const start = Math.min(Math.max(from - apart, PLATE_PX / 2), widthPx - 1.5 * PLATE_PX);
  const end = Math.min(Math.max(to + apart, start + PLATE_PX), widthPx - PLATE_PX / 2);
  return [start, end];
}
