import type { UtcSeconds } from '@/contract/units';
import type { ChartView, ViewRange } from './types';
import {
  fitView,
  newestSince,
  type View,
  viewFollowing,
  viewOfRange,
  viewShowing,
  zoomView,
} from './view';
import type { ViewLoader } from './view-loader';

const ANIMATION_MS = 140;

type Moves = Pick<
  ChartView,
  | 'fit'
  | 'goTo'
  | 'showRange'
  | 'flyBack'
  | 'setView'
  | 'showTimes'
  | 'ensureVisible'
  | 'follow'
  | 'isInSight'
  | 'scrollBy'
  | 'zoomBy'
>;

/** What moves the view of a chart but the pointer. */
export function createMoves(
  loader: ViewLoader,
  visibleRange: () => ViewRange | null,
): { view: Moves; stop(): void; land(): void } {
  let animation = 0;
  /** Counts what moves the view, so that an answer that comes late moves nothing. */
  let movement = 0;
  /** Where a flight ends. */
  let target: View | null = null;
  /** What `showTimes` is about to show: what moves the view by a way moves it from there. */
  let coming: Promise<View | null> | null = null;

  function stop() {
    movement++;
    cancelAnimationFrame(animation);
    target = null;
    coming = null;
  }

  function show(view: View) {
    stop();
    loader.setView(view);
  }

  /** A short way is flown, a long one jumped. */
  function animateTo(to: View) {
    stop();
    const start = loader.view;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!start || isCalm || !isNear(start, to)) return loader.setView(to);
    target = to;
    const began = performance.now();
    const step = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - began) / ANIMATION_MS));
      const eased = 1 - (1 - share) ** 3;
      loader.setView({
        from: start.from + (to.from - start.from) * eased,
        to: start.to + (to.to - start.to) * eased,
      });
      if (share < 1) animation = requestAnimationFrame(step);
      else target = null;
    };
    animation = requestAnimationFrame(step);
  }

  /** Moves the view by an answer of the server, unless something else moved it meanwhile. */
  async function animateOnceKnown(times: UtcSeconds[], viewOf: (bars: number[]) => View | null) {
    const before = coming;
    stop();
    coming = before;
    const asked = movement;
    await loader.whenChanged();
    const [shown, ...bars] = await Promise.all([
      before,
      ...times.map((time) => loader.reader.barOf(time)),
    ]);
    if (asked !== movement) return;
    coming = null;
    if (shown) show(shown);
    const to = viewOf(bars);
    if (to) animateTo(to);
  }

  /** Ends a flight where it leads to. */
  function land() {
    if (target) show(target);
  }

  /** Moves the view at once, unless it is to be another one first. */
  function moveFrom(move: (view: View) => void) {
    if (coming || loader.isChanging)
      void animateOnceKnown([], () => null).then(() => moveFrom(move));
    else if (loader.view) move(loader.view);
  }

  /** Where the last flight to another place began. */
  let place: Place | null = null;
  const placeNow = (): Place | null => {
    const range = visibleRange();
    return range && { timeframe: loader.timeframe, range };
  };

  /** Keeps where a flight begins, unless it only goes a little further. */
  function rememberPlace(target: View): View {
    const { view } = loader;
    if (view && isElsewhere(view, target)) place = placeNow();
    return target;
  }

  async function showTimes(from: UtcSeconds, to: UtcSeconds | null) {
    stop();
    const asked = movement;
    const found = Promise.all([
      loader.reader.barOf(from),
      to === null ? null : loader.reader.barOf(to),
    ]).then(([first, last]) =>
      last === null ? newestSince(first, loader.bars) : { from: first, to: last },
    );
    // Who waits for it goes on without it where it fails.
    coming = found.catch(() => null);
    const view = await found;
    if (asked === movement) show(view);
  }

  const view: Moves = {
    fit() {
      stop();
      rememberPlace(fitView(loader.bars));
      loader.fit();
    },
    goTo: (time) =>
      animateOnceKnown([time], ([bar = 0]) => {
        const { view } = loader;
        const half = view ? (view.to - view.from) / 2 : 0;
        return rememberPlace({ from: bar + 0.5 - half, to: bar + 0.5 + half });
      }),
    showRange: (from, to) =>
      animateOnceKnown([from, to], ([first = 0, last = 0]) =>
        rememberPlace(viewOfRange(loader.view, first, last + 1, loader.bars)),
      ),
    async flyBack() {
      if (!place) return false;
      const { timeframe, range } = place;
      const isSame = timeframe === loader.timeframe;
      const back = isSame ? { from: range.fromBar, to: range.toBar } : null;
      place = placeNow();
      if (back) animateTo(back);
      else await showTimes(range.from, range.to);
      return true;
    },
    setView: (from, to) => show({ from, to }),
    showTimes,
    ensureVisible: (time) =>
      animateOnceKnown([time], ([bar = 0]) => loader.view && viewShowing(loader.view, bar)),
    follow: (time) =>
      animateOnceKnown([time], ([bar = 0]) => loader.view && viewFollowing(loader.view, bar)),
    async isInSight(time) {
      const [bar, shown] = await Promise.all([loader.reader.barOf(time), coming]);
      const view = target ?? shown ?? loader.view;
      return view !== null && bar + 1 > view.from && bar < view.to;
    },
    scrollBy: (bars) => moveFrom(({ from, to }) => show({ from: from + bars, to: to + bars })),
    zoomBy: (factor) =>
      moveFrom((view) => animateTo(zoomView(view, factor, (view.from + view.to) / 2, loader.bars))),
  };
  return { view, stop, land };
}

type Place = { timeframe: number; range: ViewRange };

/** Whether little of the one is left in the other. */
function isElsewhere(from: View, to: View): boolean {
  const span = from.to - from.from;
  return Math.abs(to.from - from.from) + Math.abs(to.to - from.to) > span / 2;
}

function isNear(from: View, to: View): boolean {
  const [before, after] = [from.to - from.from, to.to - to.from];
  const isSimilar = Math.max(before, after) < Math.min(before, after) * 8;
  return isSimilar && Math.abs(to.from - from.from) < Math.max(before, after) * 2;
}
