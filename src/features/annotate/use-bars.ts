'use client';

import { useEffect, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { formatCount, formatTimeframe } from '@/components/format';
import type { UtcSeconds } from '@/contract/units';
import { useChart } from '../session/chart-context';
import { useView } from '../session/session';

/** `16 bars (1D)`: how many bars shown lie between the times, both counted; null until it is known. */
export function useBars(from: UtcSeconds, to: UtcSeconds): string | null {
  const answer = useChartAnswer(from, to, countBars);
  if (!answer) return null;
  const { value, timeframe } = answer;
  return `${formatCount(value)} ${value === 1 ? 'bar' : 'bars'} (${formatTimeframe(timeframe)})`;
}

/** Percent from the first open to the last close of the bars shown; null until it is known. */
export function useChange(from: UtcSeconds, to: UtcSeconds): number | null {
  return useChartAnswer(from, to, changeOf)?.value ?? null;
}

const countBars = (chart: ChartView, from: UtcSeconds, to: UtcSeconds) =>
  chart.barsBetween(from, to);
const changeOf = (chart: ChartView, from: UtcSeconds, to: UtcSeconds) =>
  chart.changeBetween(from, to);

/** What the chart says of a range, with the timeframe that it says it of. */
function useChartAnswer<Value>(
  from: UtcSeconds,
  to: UtcSeconds,
  ask: (chart: ChartView, from: UtcSeconds, to: UtcSeconds) => Promise<Value>,
): { value: Value; timeframe: number } | null {
  const chart = useChart();
  const dataRev = useView((state) => state.chartState.dataRev);
  const timeframe = useView((state) => state.chartState.timeframe);
  const [answer, setAnswer] = useState<{ value: Value; timeframe: number } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other candles, another answer
  useEffect(() => {
    let isCurrent = true;
    if (!chart || timeframe === null) return;
    ask(chart, from, to).then(
      (value) => isCurrent && setAnswer({ value, timeframe }),
      // The chart itself shows that its candles can't be read, and tries again.
      () => isCurrent && setAnswer(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [chart, from, to, ask, dataRev, timeframe]);
  return answer;
}
