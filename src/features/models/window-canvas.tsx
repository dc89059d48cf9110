'use client';

import { useEffect, useRef, useState } from 'react';
import type { BarsAround } from '@/chart/types';
import { drawWindow, windowScale } from '@/chart/window-picture';
import { useChartTheme } from '../pages/use-chart-theme';

/** The size of an element, in whole pixels; 0 before it is laid out. */
export function useSize<Sized extends HTMLElement>() {
  const ref = useRef<Sized>(null);
  const [size, setSize] = useState({ widthPx: 0, heightPx: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ widthPx: element.clientWidth, heightPx: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size] as const;
}

const MARGIN_PX = 5;

/** A small picture of a window: candles, the range shaded, what is around it dimmed. */
export function WindowCanvas(props: { bars: BarsAround | null; color: string }) {
  const { bars, color } = props;
  const theme = useChartTheme();
  const [ref, size] = useSize<HTMLSpanElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current || !bars || size.widthPx === 0 || size.heightPx === 0) return;
    const scale = windowScale(bars, size, MARGIN_PX);
    drawWindow(canvas.current, bars, scale, { theme, color, edgePx: 1 });
  }, [bars, size, theme, color]);
  return (
    <span ref={ref} aria-hidden="true" className="relative block min-h-0 flex-1">
      <canvas
        ref={canvas}
        data-drawn={bars !== null}
        className="absolute inset-0 block size-full"
      />
    </span>
  );
}
