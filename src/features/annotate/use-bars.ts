'use client';

import { useEffect, useState } from 'react';
import { useChart } from '../session/chart-context';
import { useView } from '../session/session';

/** How many bars lie from the one time to the other, both counted; null until it is known. */
export function useBars(from: number, to: number): number | null {
  const chart = useChart();
  const dataRev = useView((state) => state.chartState.dataRev);
  const [bars, setBars] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other candles, another answer
  useEffect(() => {
    let current = true;
    chart?.barsBetween(from, to).then(
      (count) => current && setBars(count),
      // The chart itself shows that its candles can't be read, and tries again.
      () => current && setBars(null),
    );
    return () => {
      current = false;
    };
  }, [chart, from, to, dataRev]);
  return bars;
}

/** Percent from the first open to the last close; null until it is known. */
export function useChange(from: number, to: number): number | null {
  const chart = useChart();
  const dataRev = useView((state) => state.chartState.dataRev);
  const [change, setChange] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other candles, another answer
  useEffect(() => {
    let current = true;
    chart?.changeBetween(from, to).then(
      (percent) => current && setChange(percent),
      () => current && setChange(null),
    );
    return () => {
      current = false;
    };
  }, [chart, from, to, dataRev]);
  return change;
}
