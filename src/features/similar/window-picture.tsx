'use client';

import { useEffect, useState } from 'react';
import type { BarsAround } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import { useChart } from '../session/chart-context';
import { useView } from '../session/session';

/** Bars of each picture, so that all have one scale of time; longer windows have what they need. */
const BARS = 56;
const WIDTH = 140;
const HEIGHT = 64;

/** Candles of a window in the middle of those around it, which are dimmed. */
export function WindowPicture(props: { from: UtcSeconds; to: UtcSeconds; color: string }) {
  const { from, to, color } = props;
  const bars = useBarsAround(from, to);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="block h-16 w-full"
    >
      {bars && <Candles bars={bars} color={color} />}
    </svg>
  );
}

function Candles({ bars, color }: { bars: BarsAround; color: string }) {
  const step = WIDTH / bars.open.length;
  const { first, last } = bars;
  const left = first * step;
  const right = (last + 1) * step;
  const paths = candlePaths(bars, step);
  return (
    <>
      <rect x={left} width={right - left} height={HEIGHT} fill={color} opacity={0.16} />
      {[left, right].map((x) => (
        <path
          key={x}
          d={`M${x} 0V${HEIGHT}`}
          stroke={color}
          strokeWidth={1}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {paths.map(({ key, wicks, bodies, className, opacity }) => (
        <g key={key} className={className} opacity={opacity}>
          <path d={wicks} stroke="currentColor" vectorEffect="non-scaling-stroke" />
          <path d={bodies} fill="currentColor" />
        </g>
      ))}
    </>
  );
}

const GROUPS = [
  { key: 'up', className: 'text-up', opacity: 1, rose: true, inside: true },
  { key: 'down', className: 'text-down', opacity: 1, rose: false, inside: true },
  { key: 'up around', className: 'text-up', opacity: 0.55, rose: true, inside: false },
  { key: 'down around', className: 'text-down', opacity: 0.55, rose: false, inside: false },
];

function candlePaths({ open, high, low, close, first, last }: BarsAround, step: number) {
  const top = high.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const bottom = low.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const y = (price: number) =>
    (2 + ((top - price) / (top - bottom || 1)) * (HEIGHT - 4)).toFixed(1);
  return GROUPS.map(({ rose, inside, ...look }) => {
    let wicks = '';
    let bodies = '';
    for (let at = 0; at < open.length; at++) {
      const [start, end] = [open[at]!, close[at]!];
      if (end >= start !== rose || (at >= first && at <= last) !== inside) continue;
      const x = at * step;
      wicks += `M${(x + step / 2).toFixed(1)} ${y(high[at]!)}V${y(low[at]!)}`;
      const [upper, lower] = [Number(y(Math.max(start, end))), Number(y(Math.min(start, end)))];
      const height = Math.max(0.8, lower - upper).toFixed(1);
      bodies += `M${(x + step * 0.15).toFixed(1)} ${upper}h${(step * 0.7).toFixed(1)}v${height}h${(-step * 0.7).toFixed(1)}z`;
    }
    return { ...look, wicks, bodies };
  });
}

function useBarsAround(from: UtcSeconds, to: UtcSeconds): BarsAround | null {
  const chart = useChart();
  const dataRev = useView((state) => state.chartState.dataRev);
  const timeframe = useView((state) => state.chartState.timeframe);
  const [bars, setBars] = useState<BarsAround | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other candles, another picture
  useEffect(() => {
    let isCurrent = true;
    if (!chart || timeframe === null) return;
    chart.barsAround(from, to, BARS).then(
      (found) => isCurrent && setBars(found),
      // The chart itself shows that its candles can't be read, and tries again.
      () => isCurrent && setBars(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [chart, from, to, dataRev, timeframe]);
  return bars;
}
