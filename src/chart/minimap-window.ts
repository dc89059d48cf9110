import type { BarIndex, Px } from '@/contract/units';
import type { View } from './view';

const MIN_WINDOW_PX = 8;
const EDGE_PX = 5;
const MIN_BARS = 8;

export type WindowPart = 'start' | 'end' | 'middle' | 'outside';

/** Where the window is drawn: the view within the history, wide enough to be seen. */
export function toExtent(view: View, bars: number, widthPx: Px) {
  const x = (bar: BarIndex) => (Math.min(Math.max(bar, 0), bars) / bars) * widthPx;
  const left = x(view.from);
  const right = x(view.to);
  const lacking = Math.max(0, MIN_WINDOW_PX - (right - left));
  const from = Math.min(Math.max(0, left - lacking / 2), widthPx - MIN_WINDOW_PX);
  return { left: from, right: Math.max(right, from + MIN_WINDOW_PX) };
}

export function partAt(view: View, bars: number, widthPx: Px, xPx: Px): WindowPart {
  const { left, right } = toExtent(view, bars, widthPx);
  // A thin window is moved; its sides are taken from outside of it.
  const inner = Math.min(EDGE_PX, (right - left) / 4);
  if (xPx >= left - EDGE_PX && xPx <= left + inner) return 'start';
  if (xPx >= right - inner && xPx <= right + EDGE_PX) return 'end';
  return xPx > left && xPx < right ? 'middle' : 'outside';
}

/** The view after a drag from one x to another that began on a part of the window. */
export function dragWindow(
  view: View,
  part: WindowPart,
  startPx: Px,
  xPx: Px,
  bars: number,
  widthPx: Px,
): View {
  const perPx = bars / widthPx;
  const moved = (xPx - startPx) * perPx;
  if (part === 'start')
    return { from: Math.min(view.from + moved, view.to - MIN_BARS), to: view.to };
  if (part === 'end')
    return { from: view.from, to: Math.max(view.to + moved, view.from + MIN_BARS) };
  const half = (view.to - view.from) / 2;
  const middle = part === 'middle' ? view.from + half + moved : xPx * perPx;
  const within = Math.min(
    Math.max(middle, Math.min(half, bars / 2)),
    Math.max(bars - half, bars / 2),
  );
  return { from: within - half, to: within + half };
}
