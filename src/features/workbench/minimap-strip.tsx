'use client';

import { useEffect, useMemo, useRef } from 'react';
import { createMinimap } from '@/chart/minimap';
import type { ChartView, Minimap, MinimapTick, ViewRange } from '@/chart/types';
import { derivedMap } from '@/editor/derived';
import { VersionedMap } from '@/editor/versioned-map';
import { useChartTheme } from '../pages/use-chart-theme';
import { examinedBars } from '../session/examined-store';
import { colorsOf } from '../session/label-style';
import { useExamined, useRecords, useSession, useView } from '../session/session';

/** The whole history under the chart, with where the annotations are and what is in view. */
export function MinimapStrip({ chart }: { chart: ChartView }) {
  const { candles, labels } = useSession();
  const dataRev = useView((state) => state.chartState.dataRev);
  const container = useRef<HTMLDivElement>(null);
  const minimap = useRef<Minimap | null>(null);
  const theme = useChartTheme();
  const made = useRef(theme);
  const records = useRecords();
  const timeframe = useView((state) => state.timeframe);
  const hidden = useView((state) => state.hidden);
  const colorOf = useMemo(() => colorsOf(labels), [labels]);

  useEffect(() => {
    if (!container.current) return;
    const created = createMinimap(container.current, {
      source: candles,
      theme: made.current,
      onWindow: (fromBar, toBar) => chart.setView(fromBar, toBar),
    });
    minimap.current = created;
    return () => created.destroy();
  }, [chart, candles]);

  useEffect(() => minimap.current?.setTheme(theme), [theme]);
  useEffect(() => minimap.current?.setTimeframe(timeframe), [timeframe]);
  const known = useRef(dataRev);
  useEffect(() => {
    if (known.current !== null && known.current !== dataRev) minimap.current?.reload();
    known.current = dataRev;
  }, [dataRev]);
  useEffect(() => {
    // Without a render, as panning comes by here at each frame.
    const follow = (range: ViewRange) => minimap.current?.setView(range.fromBar, range.toBar);
    const range = chart.visibleRange();
    if (range) follow(range);
    return chart.onViewChange(follow);
  }, [chart]);
  useEffect(() => {
    minimap.current?.setTicks(hidden ? new VersionedMap() : ticksOf(records), colorOf);
  }, [records, colorOf, hidden]);

  const ranges = useExamined((state) => state.ranges);
  const pending = useExamined((state) => state.pending);
  useEffect(() => {
    minimap.current?.setExamined(examinedBars({ ranges, pending }));
  }, [ranges, pending]);

  return <div ref={container} data-testid="minimap" className="h-[46px] border-line border-t" />;
}

/** The spans themselves: of 100,000 there is nothing to be made. */
const ticksOf = derivedMap<MinimapTick>((record) => (record.kind === 'span' ? record : null));
