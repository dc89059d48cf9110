'use client';

import type { ChartView } from '@/chart/types';
import { useView } from '../session/session';

/** The box that is dragged over what is to be selected. */
export function SelectionBox({ chart }: { chart: ChartView }) {
  const phase = useView((state) => state.tool.phase);
  if (phase.name !== 'boxing') return null;
  const { from, to, fromPx, toPx } = phase;
  const across = chart.extentOf(Math.min(from.time, to.time), Math.max(from.time, to.time));
  if (!across) return null;
  return (
    <div
      className="pointer-events-none absolute z-10 border border-accent bg-accent/10"
      style={{
        left: across.leftPx,
        width: across.rightPx - across.leftPx,
        top: Math.min(fromPx, toPx),
        height: Math.abs(toPx - fromPx),
      }}
    />
  );
}
