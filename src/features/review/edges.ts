import type { BarsAround } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';

export type Edge = 'start' | 'end';

/** By how many bars the edges of a candidate were moved, and which one the arrow keys move. */
export type Edges = { start: number; end: number; chosen: Edge };

export const UNMOVED: Edges = { start: 0, end: 0, chosen: 'end' };

/** The chosen edge moved, to the other one at most and within the bars there are. */
export function movedEdge(edges: Edges, by: number, { first, last, time }: BarsAround): Edges {
  const [start, end] = [first + edges.start, last + edges.end];
  return edges.chosen === 'start'
    ? { ...edges, start: Math.min(Math.max(start + by, 0), end) - first }
    : { ...edges, end: Math.max(Math.min(end + by, time.length - 1), start) - last };
}

/** The times of the moved edges; one that was not moved keeps its own. */
export function rangeOf(
  range: { startTime: UtcSeconds; endTime: UtcSeconds },
  { start, end }: Edges,
  { first, last, time }: BarsAround,
): { startTime: UtcSeconds; endTime: UtcSeconds } {
  return {
    startTime: start === 0 ? range.startTime : (time[first + start] ?? range.startTime),
    endTime: end === 0 ? range.endTime : (time[last + end] ?? range.endTime),
  };
}
