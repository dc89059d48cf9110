'use client';

import { useEffect } from 'react';
import { trpc } from '@/trpc/client';
import { useExamined, useSession } from '../session/session';

/** How many of the chart's candles have been examined; null until that is known. */
export function useExaminedCount(): { examined: number; candles: number } | null {
  const { chart } = useSession();
  const ranges = useExamined((state) => state.ranges);
  const { examined } = trpc.useUtils();
  const count = trpc.examined.count.useQuery({ chartId: chart.id });
  useEffect(() => {
    if (ranges) void examined.count.invalidate({ chartId: chart.id });
  }, [ranges, examined, chart.id]);
  return count.data ?? null;
}
