'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { createChartView } from '@/chart/chart-view';
import { darkTheme, lightTheme } from '@/chart/theme';
import type { ChartPointer, ChartView, Hit } from '@/chart/types';
import { Button } from '@/components/button';
import type { Target } from '@/editor/tools';
import { dispatch } from '../session/commands';
import { labelStyle } from '../session/label-style';
import { type Session, useRecords, useSession, useView } from '../session/session';
import { Legend } from './legend';
import { overlayRecords } from './overlay';
import { useTheme } from './use-theme';

export function ChartPane({ onReady }: { onReady: (view: ChartView | null) => void }) {
  const session = useSession();
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ChartView | null>(null);
  const theme = useTheme();
  // What the view is made with and calls back into; it lives as long as the page.
  const latest = useRef({ session, theme, onReady });
  latest.current = { session, theme, onReady };

  useEffect(() => {
    if (!container.current) return;
    const { session: opened, ...made } = latest.current;
    const view = createChartView(container.current, {
      source: opened.candles,
      theme: made.theme === 'dark' ? darkTheme : lightTheme,
      pricePrecision: opened.chart.pricePrecision,
    });
    const { setState } = opened.view;
    view.onViewChange((range) => setState({ range }));
    view.onCrosshair((hovered) => setState({ hovered }));
    view.onState((chartState) => setState({ chartState }));
    view.onPointer((event) => handlePointer(latest.current.session, view, event));
    setChart(view);
    latest.current.onReady(view);
    return () => {
      latest.current.onReady(null);
      view.destroy();
    };
  }, []);

  useEffect(() => chart?.setTheme(theme === 'dark' ? darkTheme : lightTheme), [chart, theme]);
  const logScale = useView((state) => state.logScale);
  useEffect(() => chart?.setLogScale(logScale), [chart, logScale]);
  const timeframe = useView((state) => state.timeframe);
  useEffect(() => {
    if (timeframe !== null) chart?.setTimeframe(timeframe);
  }, [chart, timeframe]);

  const { dataRev, pricePrecision } = session.chart;
  useEffect(() => chart?.setPricePrecision(pricePrecision), [chart, pricePrecision]);
  const known = useRef(dataRev);
  useEffect(() => {
    if (known.current !== dataRev) chart?.reload();
    known.current = dataRev;
  }, [chart, dataRev]);

  return (
    <div className="relative min-h-0 min-w-0 flex-1">
      <div ref={container} data-testid="chart" className="absolute inset-0" />
      {chart && <OverlaySync chart={chart} />}
      <Legend chart={chart} />
      <ChartMessages chart={chart} />
    </div>
  );
}

function handlePointer(session: Session, chart: ChartView, event: ChartPointer): boolean {
  const { tool } = session.view.getState();
  if (event.type === 'cancel') return dispatch(session, { type: 'escape' });
  if (event.type === 'double') return false;
  if (event.type === 'down' && event.button !== 0) return false;
  const hit = event.hit && toTarget(event.hit);
  if (event.type === 'move' && !event.pressed) {
    chart.setCursor(cursorFor(tool.tool, hit));
  }
  return dispatch(session, {
    type: event.type,
    time: event.time,
    xPx: event.xPx,
    yPx: event.yPx,
    hit,
  });
}

const toTarget = (hit: Hit): Target =>
  hit.kind === 'prediction' ? { kind: 'prediction', id: Number(hit.id) } : hit;

function cursorFor(tool: string, hit: Target | null): string {
  if (hit?.kind === 'span' && (hit.part === 'start' || hit.part === 'end')) {
    if (tool === 'select' || tool === 'span') return 'ew-resize';
  }
  if (tool === 'span' || tool.startsWith('marker:')) return 'crosshair';
  return hit && !(hit.kind === 'span' && hit.part === 'body') ? 'pointer' : '';
}

/** Draws the session's records over the candles whenever one of them changes. */
function OverlaySync({ chart }: { chart: ChartView }) {
  const { labels, annotationTypes } = useSession();
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const minScore = useView((state) => state.minScore);
  const phase = useView((state) => state.tool.phase);
  const cursorTime = useView((state) => state.cursorTime);
  const hidden = useView((state) => state.hidden);
  const activeLabel = useView((state) => state.activeLabel);

  // Only these two phases move a record that is drawn; the others must not sort the records anew.
  const moving = phase.name === 'resizing' || phase.name === 'moving' ? phase : IDLE;
  const items = useMemo(
    () => overlayRecords(records, { labels, annotationTypes }, { selected, minScore }, moving),
    [records, labels, annotationTypes, selected, minScore, moving],
  );

  useEffect(() => {
    const draft =
      phase.name === 'drawing' && activeLabel
        ? {
            startTime: Math.min(phase.from, phase.to),
            endTime: Math.max(phase.from, phase.to),
            label: labelStyle(labels, activeLabel).text,
            color: labelStyle(labels, activeLabel).color,
          }
        : null;
    chart.setOverlay({ ...items, draft, cursorTime, hidden });
  }, [chart, items, phase, cursorTime, hidden, activeLabel, labels]);
  return null;
}

const IDLE = { name: 'idle' } as const;

function ChartMessages({ chart }: { chart: ChartView | null }) {
  const state = useView(({ chartState }) => chartState);
  const { view } = useSession();
  if (state.error) {
    return (
      <div
        role="alert"
        className="absolute bottom-12 left-3 z-10 flex items-center gap-3 rounded-md border border-line bg-panel px-3 py-1.5 text-warning"
      >
        {state.error}
        <Button onClick={() => chart?.reload()}>Try now</Button>
      </div>
    );
  }
  if (state.empty && !state.loading) {
    return (
      <div className="absolute inset-0 z-10 grid place-items-center">
        <div className="text-center">
          <p className="font-semibold text-sm">This chart has no candles yet</p>
          <p className="mt-1 mb-3 text-muted">Import a CSV file of prices to begin.</p>
          <Button variant="solid" onClick={() => view.setState({ dialog: 'import' })}>
            Import candles
          </Button>
        </div>
      </div>
    );
  }
  return null;
}
