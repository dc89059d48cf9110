'use client';

import { useEffect } from 'react';
import type { ChartView } from '@/chart/types';
import { trpc } from '@/trpc/client';
import { useSession, useView } from '../session/session';

/** To find gaps reads all of a chart's times: of a longer one they are marked once somebody asks where they are. */
const MAX_UNASKED = 200_000;

/** Marks on the time axis where candles are missing: the gaps that the keys go to. */
export function GapMarks({ chart }: { chart: ChartView }) {
  const { chart: info } = useSession();
  const isLoaded = useView(({ chartState }) => !chartState.loading);
  const { data } = trpc.candles.gaps.useQuery(
    { chartId: info.id },
    {
      staleTime: Number.POSITIVE_INFINITY,
      enabled: isLoaded && info.candleCount <= MAX_UNASKED,
    },
  );
  useEffect(() => chart.setGaps((data?.gaps ?? []).map(({ before }) => before)), [chart, data]);
  return null;
}
