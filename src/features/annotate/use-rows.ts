'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

/** Rows beyond what is seen, so that scrolling shows none that is empty. */
const SPARE = 8;

/** Which rows of a list of equal rows are in view; of 100,000 rows nothing is kept but where the view is. */
export function useRows(count: number, rowPx: number) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [view, setView] = useState({ first: 0, end: 0 });
  // Kept, as asking for it after a change lays the page out.
  const seen = useRef({ topPx: 0, heightPx: 0 });

  useEffect(() => {
    if (!scroller) return;
    const update = () => {
      const { topPx, heightPx } = seen.current;
      const [first, end] = [Math.floor(topPx / rowPx), Math.ceil((topPx + heightPx) / rowPx)];
      setView((last) => (last.first === first && last.end === end ? last : { first, end }));
    };
    const scrolled = () => {
      seen.current.topPx = scroller.scrollTop;
      update();
    };
    const resized = new ResizeObserver(([entry]) => {
      seen.current.heightPx = entry?.contentRect.height ?? 0;
      update();
    });
    seen.current.topPx = scroller.scrollTop;
    resized.observe(scroller);
    scroller.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      scroller.removeEventListener('scroll', scrolled);
    };
  }, [scroller, rowPx]);

  const scrollTo = useCallback(
    (row: number) => {
      if (!scroller) return;
      const { topPx } = seen.current;
      const heightPx = seen.current.heightPx || scroller.clientHeight;
      if (row * rowPx < topPx) scroller.scrollTop = row * rowPx;
      else if ((row + 1) * rowPx > topPx + heightPx) {
        scroller.scrollTop = (row + 1) * rowPx - heightPx;
      }
    },
    [scroller, rowPx],
  );
  const first = Math.max(0, view.first - SPARE);
  const end = Math.min(count, view.end + SPARE);
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  return { ref: setScroller, rows, scrollTo };
}
