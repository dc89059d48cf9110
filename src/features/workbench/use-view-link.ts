import { useEffect } from 'react';
import type { StoreApi } from 'zustand';
import type { ChartView } from '@/chart/types';
import { useSession } from '../session/session';
import type { ViewState } from '../session/view-state';
import { isStep, linkOf, readLink, type ViewLink, writeLink } from './view-link';

/** After so long without a change the address says where one is. */
const SETTLED_MS = 300;

/**
 * Keeps the view in the page's address, so that it can be sent, and in the browser, so that a chart opens
 * as it was left. Going back returns from a jump, another timeframe or another scale.
 */
export function useViewLink(chart: ChartView | null) {
  const { chart: info, view } = useSession();
  const { id } = info;
  useEffect(
    () => (chart ? followView(chart, view, `view of chart ${id}`) : undefined),
    [chart, view, id],
  );
}

function followView(chart: ChartView, view: StoreApi<ViewState>, key: string): () => void {
  const { pathname } = location;
  /** Asked for, and not shown yet. */
  let wanted: ViewLink['range'] = null;
  let recorded: ViewLink | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changedAt = 0;

  function open(search: string) {
    // What the next change is a step from, however soon it comes.
    recorded = readLink(search);
    const { range, panel, ...link } = recorded;
    view.setState({ ...link, panelOpen: panel !== null, ...(panel ? { tab: panel } : {}) });
    // Now, so that below it counts as on its way and not as one that the chart does not have.
    chart.setTimeframe(link.timeframe);
    wanted = range;
    show();
  }

  /** The range is one of bars, so the timeframe comes first. */
  function show() {
    const { timeframe, chartState } = view.getState();
    if (chartState.timeframe === null) return;
    const isAnother = timeframe !== null && timeframe !== chartState.timeframe;
    if (isAnother && chartState.loading) return;
    // A timeframe that the chart does not have: nothing to go back to.
    if (isAnother) {
      recorded = null;
      view.setState({ timeframe: null });
    }
    if (wanted) void chart.showTimes(wanted.from, wanted.to);
    wanted = null;
  }

  function record() {
    const link = linkOf(view.getState(), chart.visibleRange());
    if (wanted) link.range = wanted;
    if (!link.range || location.pathname !== pathname) return;
    const search = writeLink(link);
    if (search !== location.search) {
      // Past the router, whose own versions drop a chart that is on its way; the state is the router's.
      const way = recorded && isStep(recorded, link) ? 'pushState' : 'replaceState';
      History.prototype[way].call(history, history.state, '', `${pathname}${search}`);
      localStorage.setItem(key, search);
    }
    recorded = link;
  }

  // One timer for a whole pan: to set one at each frame would cost more than the rest of it.
  function settle() {
    const leftMs = changedAt + SETTLED_MS - performance.now();
    timer = leftMs > 0 ? setTimeout(settle, leftMs) : undefined;
    if (!timer) record();
  }

  function noteChange() {
    changedAt = performance.now();
    timer ??= setTimeout(settle, SETTLED_MS);
  }

  const stopMoves = chart.onViewChange(noteChange);
  const stop = view.subscribe((next, last) => {
    if (wanted && next.chartState !== last.chartState) show();
    const isChanged =
      next.timeframe !== last.timeframe ||
      next.logScale !== last.logScale ||
      next.indicators !== last.indicators ||
      next.selected !== last.selected ||
      next.tab !== last.tab ||
      next.panelOpen !== last.panelOpen;
    if (isChanged) noteChange();
  });
  const goBack = () => {
    if (location.pathname === pathname) open(location.search);
  };
  addEventListener('popstate', goBack);
  // A reload begins with the address that was there when it was asked for, however late the page goes.
  const leave = () => {
    record();
    sessionStorage.setItem(key, location.search);
  };
  addEventListener('pagehide', leave);
  const left = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  const search = (isReloaded(pathname) && left) || location.search || localStorage.getItem(key);
  if (search) open(search);
  return () => {
    clearTimeout(timer);
    stopMoves();
    stop();
    removeEventListener('popstate', goBack);
    removeEventListener('pagehide', leave);
  };
}

/** Whether the page was opened by a reload there. */
const isReloaded = (pathname: string) =>
  performance
    .getEntriesByType('navigation')
    .some(
      (entry) =>
        entry instanceof PerformanceNavigationTiming &&
        entry.type === 'reload' &&
        new URL(entry.name).pathname === pathname,
    );
