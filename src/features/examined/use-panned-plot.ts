import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ChartView, Plot } from '@/chart/types';

/** After so long without a movement what moved along is laid out for where it is. */
const SETTLED_MS = 120;

/**
 * The plot as things are laid out by it. Zooming and resizing lay out anew; panning only moves the element
 * `panned`, by up to a plot's width to either side, so that React renders nothing on the way.
 */
export function usePannedPlot(chart: ChartView) {
  const panned = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState(() => chart.plot());
  const layOut = useCallback(() => setPlot(chart.plot()), [chart]);
  const laidOut = useRef(plot);

  useLayoutEffect(() => {
    laidOut.current = plot;
    if (panned.current) panned.current.style.transform = '';
  }, [plot]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pannedAt = 0;
    // One timer for a whole pan: to set one at each frame costs more than the rest of it.
    const settle = () => {
      const leftMs = pannedAt + SETTLED_MS - performance.now();
      timer = leftMs > 0 ? setTimeout(settle, leftMs) : undefined;
      if (!timer) layOut();
    };
    const follow = () => {
      const next = chart.plot();
      const byPx = next && laidOut.current && panBetween(laidOut.current, next);
      if (byPx === null || !panned.current) return setPlot(next);
      panned.current.style.transform = `translateX(${byPx}px)`;
      pannedAt = performance.now();
      timer ??= setTimeout(settle, SETTLED_MS);
    };
    window.addEventListener('resize', layOut);
    const stops = [chart.onViewChange(follow), chart.onState(layOut)];
    return () => {
      clearTimeout(timer);
      window.removeEventListener('resize', layOut);
      for (const stop of stops) stop();
    };
  }, [chart, layOut]);
  return { plot, panned, layOut };
}

/** How far things moved to the right; null where they did more than move, or too far. */
function panBetween(from: Plot, to: Plot): number | null {
  const isSameSize = from.widthPx === to.widthPx && from.heightPx === to.heightPx;
  const isSameZoom = Math.abs(to.pxPerBar / from.pxPerBar - 1) < 1e-9;
  const byPx = to.originPx - from.originPx;
  return isSameSize && isSameZoom && Math.abs(byPx) < from.widthPx ? byPx : null;
}
