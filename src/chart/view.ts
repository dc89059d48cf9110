import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import type { BarIndex, Px } from '@/contract/units';

/**
 * What is in view, counted in bars of level 0: bar i lies between i and i + 1. It says the same
 * at every level, so changing levels moves nothing.
 */
export type View = { from: BarIndex; to: BarIndex };

/** A run of bars of one level; bar j covers level 0 from j × stride. */
export type BarRun = { level: number; first: number; count: number };

export const MAX_BARS_IN_VIEW = 2_500;
const MIN_BARS_IN_VIEW = 8;
/** After a change of timeframe. */
export const MIN_BARS_KEPT = 40;
/** Part of the view, or of the candles where they are fewer, that stays in sight at the ends. */
const KEPT_IN_SIGHT = 0.25;
/** Part of the view at which a cursor that moves on is kept, so that what follows is seen. */
const FOLLOWED_AT = 0.6;
/** Part of the view that is left empty beside the first and the newest bar. */
const EMPTY_AT_END = 0.04;

export const strideOf = (level: number) => TILE_FANOUT ** level;

/** The finest level that gives each bar a device pixel and the view no more bars than it can draw. */
export function chooseLevel(view: View, deviceWidthPx: number, topLevel: number): number {
  const limit = Math.min(MAX_BARS_IN_VIEW, Math.max(1, deviceWidthPx));
  let level = 0;
  while (level < topLevel && (view.to - view.from) / strideOf(level) > limit) level++;
  return level;
}

/** The whole history; a short one stands in the middle of some empty space. */
export function fitView(bars: number): View {
  const span = Math.max(bars * 1.01, 40);
  return { from: bars / 2 - span / 2, to: bars / 2 + span / 2 };
}

/** The newest bars, at a width that shows each candle's body. */
export function newestView(bars: number, widthPx: Px): View {
  const count = Math.max(40, Math.round(widthPx / 5));
  if (count >= bars) return fitView(bars);
  const space = count * EMPTY_AT_END;
  return { from: bars + space - count, to: bars + space };
}

/** The newest bars from `from` on, with some room beside them. */
export function newestSince(from: BarIndex, bars: number): View {
  return { from, to: bars + (bars - from) * EMPTY_AT_END };
}

/** The newest bars from `from` on, with the share of the view that `before` left empty after its `bars`. */
export function newestFrom(from: BarIndex, bars: number, before: View, barsBefore: number): View {
  const empty = (before.to - barsBefore) / (before.to - before.from);
  const span = Math.max((bars - from) / (1 - empty), MIN_BARS_KEPT);
  const to = bars + span * empty;
  return { from: to - span, to };
}

/** Moved on where it would be blank before the first bar while later ones are out of view. */
export function withoutBlank({ from, to }: View, bars: number): View {
  const by = Math.max(0, Math.min(-from, bars - to));
  return { from: from + by, to: to + by };
}

export const showsAll = (view: View, bars: number) => view.from <= 0 && view.to >= bars;

/** Keeps the zoom between a few bars and all of them, and some candles in sight. */
export function clampView(view: View, bars: number): View {
  const most = fitView(bars);
  const middle = (view.from + view.to) / 2;
  const span = Math.min(
    Math.max(view.to - view.from, MIN_BARS_IN_VIEW),
    (most.to - most.from) * 1.1,
  );
  const kept = Math.min(span, bars) * KEPT_IN_SIGHT;
  const from = Math.min(Math.max(middle - span / 2, kept - span), bars - kept);
  return { from, to: from + span };
}

/**
 * More bars where `factor` is over 1; the bar at `anchor` stays where it is, unless that would
 * open up empty space while there are candles to show.
 */
export function zoomView(view: View, factor: number, anchor: BarIndex, bars: number): View {
  const most = fitView(bars);
  const span = view.to - view.from;
  const wanted = Math.min(Math.max(span * factor, MIN_BARS_IN_VIEW), most.to - most.from);
  const from = anchor - ((anchor - view.from) / span) * wanted;
  if (wanted <= span) return clampView({ from, to: from + wanted }, bars);
  const room = wanted * EMPTY_AT_END;
  const isWhole = wanted >= bars;
  const least = isWhole ? bars - wanted : Math.min(-room, view.from);
  const highest = isWhole ? 0 : Math.max(bars + room, view.to) - wanted;
  const within = Math.max(Math.min(from, highest), least);
  return clampView({ from: within, to: within + wanted }, bars);
}

/** The range with as much again around it; a few bars are never blown up to fill the chart. */
export function viewAround(from: BarIndex, to: BarIndex, bars: number): View {
  const length = to - from;
  const span = Math.max(length * 2.2, 90);
  const middle = (from + to) / 2;
  return clampView({ from: middle - span / 2, to: middle + span / 2 }, bars);
}

/** Smaller ones would not be seen, larger ones not as a whole. */
const SEEN_SHARES = { least: 0.012, most: 0.85 };

/**
 * The range in view at the zoom that there is: it stays where it is seen already, and is else put in the middle.
 * The zoom is another one only where the range would not fit or not be seen.
 */
export function viewOfRange(view: View | null, from: BarIndex, to: BarIndex, bars: number): View {
  const span = view ? view.to - view.from : 0;
  const share = (to - from) / span;
  if (!view || share > SEEN_SHARES.most || share < SEEN_SHARES.least)
    return viewAround(from, to, bars);
  const room = span * 0.04;
  if (from - room >= view.from && to + room <= view.to) return view;
  const middle = (from + to) / 2;
  return clampView({ from: middle - span / 2, to: middle + span / 2 }, bars);
}

/** The least movement that brings the bar in sight, with a little room beyond it. */
export function viewShowing(view: View, bar: BarIndex): View {
  const room = (view.to - view.from) * 0.06;
  const shift = Math.min(0, bar - room - view.from) + Math.max(0, bar + 1 + room - view.to);
  return { from: view.from + shift, to: view.to + shift };
}

/** The same for a cursor that goes on: it stays between these shares of the view. */
export function viewFollowing(view: View, bar: BarIndex): View {
  const span = view.to - view.from;
  const least = view.from + span * (1 - FOLLOWED_AT);
  const most = view.from + span * FOLLOWED_AT;
  const shift = Math.min(0, bar - least) + Math.max(0, bar + 1 - most);
  return { from: view.from + shift, to: view.to + shift };
}

/** Tiles of a level that the view touches, within those there are. */
export function tilesInView(view: View, level: number, bars: number): { from: number; to: number } {
  const stride = strideOf(level) * TILE_BARS;
  const last = Math.ceil(bars / stride) - 1;
  const within = (seq: number) => Math.min(Math.max(seq, 0), last);
  return {
    from: within(Math.floor(view.from / stride)),
    to: within(Math.ceil(view.to / stride) - 1),
  };
}

/** The chart library's range: its ends are the middles of the first and last bar. */
export function toLogicalRange(view: View, run: BarRun): { from: number; to: number } {
  const stride = strideOf(run.level);
  return { from: view.from / stride - run.first, to: view.to / stride - run.first - 1 };
}

/** Whether everything in view that exists lies within the run. */
export function covers(run: BarRun, view: View, bars: number): boolean {
  const stride = strideOf(run.level);
  const from = Math.max(0, Math.min(view.from, bars - 1));
  const to = Math.min(bars, Math.max(view.to, 1));
  return run.first * stride <= from && (run.first + run.count) * stride >= to;
}

/** About `count` bars with those from `first` to `last` in the middle, all of them in the history; both ends counted. */
export function spanAround(
  first: BarIndex,
  last: BarIndex,
  count: number,
  bars: number,
): { from: BarIndex; to: BarIndex } {
  const own = last - first + 1;
  const wanted = Math.min(bars, Math.max(count, own));
  const before = Math.floor((wanted - own) / 2);
  const from = Math.min(Math.max(0, first - before), bars - wanted);
  return { from, to: from + wanted - 1 };
}
