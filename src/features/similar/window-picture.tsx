'use client';

import { useEffect, useState } from 'react';
import type { BarsAround } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import { WindowCanvas } from '../models/window-canvas';
import { useChart } from '../session/chart-context';
import { useView } from '../session/session';

/** Bars of each picture, so that all have one scale of time; longer windows have what they need. */
const BARS = 56;

/** Candles of a window in the middle of those around it, which are dimmed. */
export function WindowPicture(props: { from: UtcSeconds; to: UtcSeconds; color: string }) {
  const { from, to, color } = props;
  const bars = useBarsAround(from, to);
  return (
    <span className="flex h-16 w-full">
      <WindowCanvas bars={bars} color={color} />
    </span>
  );
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
