'use client';

import { useEffect, useRef, useState } from 'react';
import type { Search } from '@/contract/searches';
import type { UtcSeconds } from '@/contract/units';
import { spansOf } from '@/editor/derived';
import { useChart } from '../session/chart-context';
import { dragged } from '../session/dragged';
import type { LiveWanted } from '../session/open-sessions';
import { useRecords, useSession, useView } from '../session/session';
import { searchFor } from './find-similar';
import { latestOnly } from './latest-only';

/** An edge that rests for so long has been put down, also by key. */
const SETTLED_MS = 350;

/**
 * Follows the edges of the search's example: while they move, what is like it now is shown and nothing
 * is stored; once they rest, the search is asked for anew.
 */
export function useLiveSearch(search: Search) {
  const session = useSession();
  const { view } = session;
  const example = useExample(search);
  const isHeld = useView(({ tool: { phase } }) => phase.name !== 'idle');
  const [live] = useState(() =>
    latestOnly({
      send: session.searchLive,
      show: (answer, { label }: LiveWanted) => {
        if (answer.matches || answer.problem) view.setState({ live: { label, answer } });
      },
    }),
  );
  const latest = useRef(search);
  latest.current = search;

  const { startTime = null, endTime = null } = example ?? {};
  const { query, label, until } = search;
  const hasMoved =
    startTime !== null && (startTime !== query.startTime || endTime !== query.endTime);
  useEffect(() => {
    if (!hasMoved || startTime === null || endTime === null) {
      live.drop();
      view.setState({ live: null });
      return;
    }
    live.ask({ startTime, endTime, label, until });
    if (isHeld) return;
    const timer = setTimeout(() => {
      const otherCharts = latest.current.charts
        .map(({ chartId }) => chartId)
        .filter((chartId) => chartId !== session.chart.id);
      const wanted = { startTime, endTime, label, until, otherCharts };
      void searchFor(session, wanted, { stay: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [live, view, session, hasMoved, startTime, endTime, label, until, isHeld]);

  useEffect(
    () => () => {
      live.drop();
      view.setState({ live: null });
    },
    [live, view],
  );
}

/** The span that the search is for, as a drag under way would leave it; null where there is none here. */
function useExample({ query }: Search): { startTime: UtcSeconds; endTime: UtcSeconds } | null {
  const { chart: info } = useSession();
  const chart = useChart();
  const records = useRecords();
  const phase = useView((state) => state.tool.phase);
  // Found by its range, then known by its uid while the range changes.
  const [uid, setUid] = useState<string | null>(null);
  const { chartId, startTime, endTime } = query;
  useEffect(() => {
    setUid((known) => {
      if (chartId !== info.id) return null;
      const found = spansOf(records).find(
        (span) => span.startTime === startTime && span.endTime === endTime,
      )?.uid;
      return found ?? (known !== null && records.has(known) ? known : null);
    });
  }, [records, chartId, startTime, endTime, info.id]);
  const record = uid === null ? undefined : records.get(uid);
  if (!chart || record?.kind !== 'span') return null;
  const now = dragged(chart, record, phase, (each) => each === uid);
  return now.kind === 'span' ? now : null;
}
