import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ChartView } from '@/chart/types';

/** After so long without a movement things are laid out for where the chart is. */
const SETTLED_MS = 120;

/**
 * The plot as things are laid out by it once it stands still. The element `hidden` is not seen while the chart
 * pans or zooms, so that nothing of the page changes with each frame.
 */
export function useSettledPlot(chart: ChartView) {
  const hidden = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState(() => chart.plot());
  const layOut = useCallback(() => setPlot(chart.plot()), [chart]);

  useLayoutEffect(() => {
    if (plot && hidden.current) hidden.current.style.visibility = '';
  }, [plot]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let movedAt = 0;
    // One timer for a whole pan: to set one at each frame costs more than the rest of it.
    const settle = () => {
      const leftMs = movedAt + SETTLED_MS - performance.now();
      timer = leftMs > 0 ? setTimeout(settle, leftMs) : undefined;
      if (!timer) layOut();
    };
    const wait = () => {
      movedAt = performance.now();
      if (timer) return;
      if (hidden.current) hidden.current.style.visibility = 'hidden';
      timer = setTimeout(settle, SETTLED_MS);
    };
    window.addEventListener('resize', layOut);
    const stops = [chart.onViewChange(wait), chart.onState(layOut)];
    return () => {
      clearTimeout(timer);
      window.removeEventListener('resize', layOut);
      for (const stop of stops) stop();
    };
  }, [chart, layOut]);
  return { plot, hidden, layOut };
}
