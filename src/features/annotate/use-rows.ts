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
  /** The row that was scrolled to last. */
  const kept = useRef<number | null>(null);

  const scrollTo = useCallback(
    (row: number) => {
      kept.current = row;
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

  useEffect(() => {
    if (!scroller) return;
    const isSeen = (row: number) => {
      const { topPx, heightPx } = seen.current;
      return row * rowPx >= topPx - 1 && (row + 1) * rowPx <= topPx + heightPx + 1;
    };
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
      // What is above the list grows as its figures come; the row stays, unless it was scrolled away.
      const row = kept.current !== null && isSeen(kept.current) ? kept.current : null;
      seen.current.heightPx = entry?.contentRect.height ?? 0;
      if (row !== null) scrollTo(row);
      update();
    });
    seen.current.topPx = scroller.scrollTop;
    resized.observe(scroller);
    scroller.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      scroller.removeEventListener('scroll', scrolled);
    };
  }, [scroller, rowPx, scrollTo]);

  const first = Math.max(0, view.first - SPARE);
  const end = Math.min(count, view.end + SPARE);
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  return { ref: setScroller, rows, scrollTo };
}
