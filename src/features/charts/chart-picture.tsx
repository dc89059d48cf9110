'use client';

import { useEffect, useRef } from 'react';
import { createMinimap } from '@/chart/minimap';
import type { Minimap } from '@/chart/types';
import type { Chart, ChartPicture as Picture } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { VersionedMap } from '@/editor/versioned-map';
import { trpc } from '@/trpc/client';
import { useChartTheme } from '../pages/use-chart-theme';
import { candleSource } from '../session/candle-source';
import { colorsOf } from '../session/label-style';

/** A chart's whole history in small: its minimap, which nobody can drag. */
export function ChartPicture(props: {
  chart: Chart;
  picture: Picture | undefined;
  labels: SpanLabelType[];
}) {
  const { chart, picture, labels } = props;
  const utils = trpc.useUtils();
  const container = useRef<HTMLSpanElement>(null);
  const minimap = useRef<Minimap | null>(null);
  const theme = useChartTheme();
  const made = useRef(theme);
  made.current = theme;
  const { id, dataRev } = chart;
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew once the candles are others
  useEffect(() => {
    if (!container.current) return;
    const created = createMinimap(container.current, {
      source: candleSource(utils, id),
      theme: made.current,
      onWindow: () => {},
    });
    minimap.current = created;
    return () => created.destroy();
  }, [utils, id, dataRev]);
  useEffect(() => minimap.current?.setTheme(theme), [theme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a minimap that is made anew has none yet
  useEffect(() => {
    if (!picture) return;
    minimap.current?.setTicks(
      new VersionedMap(picture.spans.map((span, at) => [`${at}`, span])),
      colorsOf(labels),
    );
    minimap.current?.setExamined(picture.examined);
  }, [picture, labels, id, dataRev]);
  return (
    <span ref={container} aria-hidden="true" className="pointer-events-none block h-12 w-full" />
  );
}
