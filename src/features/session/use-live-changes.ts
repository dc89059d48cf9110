'use client';

import { useEffect, useRef } from 'react';
import { trpc } from '@/trpc/client';
import { followChart } from './follow-chart';
import { useSession } from './session';

/** Shows what other windows and programs do to the chart. */
export function useLiveChanges() {
  const { chart, sync, editor, examined, authors, view } = useSession();
  const utils = trpc.useUtils();
  const first = useRef(chart);
  const chartId = chart.id;
  useEffect(() => {
    const { rev, dataRev } = first.current;
    const session = { sync, editor, examined, authors, view };
    return followChart({ chart: { id: chartId, rev, dataRev }, session, utils });
  }, [chartId, sync, editor, examined, authors, view, utils]);
}
