'use client';

import { useEffect, useState } from 'react';
import type { Chart } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { ConflictDialog } from '../annotate/conflict-dialog';
import { useShownColors } from '../pages/safe-colors';
import { SessionProvider } from '../session/session';
import type { BoardCharts } from './use-board-charts';

/** An answer that somebody else gave meanwhile: which one stays is asked, chart by chart. */
export function BoardConflicts(props: {
  charts: BoardCharts | null;
  chartOf(chartId: number): Chart | undefined;
  labels: readonly SpanLabelType[];
}) {
  const { charts, chartOf, labels } = props;
  const types = useShownColors(trpc.annotations.types.useQuery().data);
  const [chartId, setChartId] = useState<number | null>(null);
  useEffect(() => {
    const sessions = [...(charts ?? [])];
    const look = () => {
      const found = sessions.find(([, { session }]) => session.sync.state().conflicts.length > 0);
      setChartId(found?.[0] ?? null);
    };
    const stops = sessions.map(([, { session }]) => session.sync.subscribe(look));
    look();
    return () => {
      for (const stop of stops) stop();
    };
  }, [charts]);
  const chart = chartId === null ? undefined : chartOf(chartId);
  if (!chart || !types) return null;
  return (
    <SessionProvider key={chart.id} chart={chart} labels={[...labels]} annotationTypes={types}>
      <ConflictDialog />
    </SessionProvider>
  );
}
