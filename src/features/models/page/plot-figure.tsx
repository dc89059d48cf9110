'use client';

import type { PlotOptions } from '@observablehq/plot';
import { useEffect, useRef, useState } from 'react';

/** What to draw, given the library. */
export type Draw = (library: typeof import('@observablehq/plot')) => PlotOptions;

/**
 * A plot by Observable Plot, which is loaded when the first one is shown. `text` says the same in
 * words: it is what a screen reader reads.
 */
export function PlotFigure(props: { text: string; height: number; draw: Draw }) {
  const { text, height, draw } = props;
  const container = useRef<HTMLDivElement>(null);
  const width = useWidth(container);
  useEffect(() => {
    let isGone = false;
    let drawn: Element | undefined;
    void import('@observablehq/plot').then((library) => {
      if (isGone || !container.current || width === 0) return;
      drawn = library.plot({
        ...draw(library),
        width,
        height,
        style: { background: 'transparent', color: 'var(--muted)', fontSize: '11px' },
      });
      drawn.setAttribute('aria-hidden', 'true');
      container.current.append(drawn);
    });
    return () => {
      isGone = true;
      drawn?.remove();
    };
  }, [draw, width, height]);
  return (
    <div role="img" aria-label={text}>
      <div ref={container} style={{ height }} />
    </div>
  );
}

function useWidth(container: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!container.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(container.current);
    return () => observer.disconnect();
  }, [container]);
  return width;
}
