'use client';

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ChartBar } from '@/chart/chart-bar';
import { createChartView } from '@/chart/chart-view';
import { cursorOver } from '@/chart/kinds/kinds';
import type { ChartPointer, ChartView } from '@/chart/types';
import { Button } from '@/components/button';
import type { UtcSeconds } from '@/contract/units';
import type { EditorRecord, Target } from '@/editor/kinds/kinds';
import { drawnBy, isReshaped, type Phase, type Tool, type ToolState } from '@/editor/tools';
import type { OverlayContext } from '../annotate/kinds/kind';
import { SelectionBar } from '../annotate/selection-bar';
import { SelectionBox } from '../annotate/selection-box';
import { ExaminedBand } from '../examined/examined-band';
import { ExaminedSuggestion } from '../examined/suggestion';
import { PredictionMarks } from '../models/prediction-marks';
import { NextNotice } from '../next/next-notice';
import { useChartTheme } from '../pages/use-chart-theme';
import { dispatch, labelFor, select } from '../session/commands';
import { dragged } from '../session/dragged';
import { type Fit, fitOf, fitText, isPlacedAs } from '../session/overlaps';
import { rangeOf, selectedUids } from '../session/selection';
import { type Session, useRecords, useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import { useDoubts } from '../session/use-doubts';
import { liveItems } from '../similar/live-items';
import { ChartAnnouncer } from './chart-announcer';
import { ChartMenu } from './chart-menu';
import { ChartNotice } from './chart-notice';
import { FoldedList } from './folded-list';
import { GapMarks } from './gap-marks';
import { HiddenNotice } from './hidden-notice';
import { HoverCard } from './hover-card';
import { IndicatorLegend } from './indicator-legend';
import { Legend } from './legend';
import { overlayMeasure } from './measure';
import { createOverlayItems, draftOf, overlayDraft } from './overlay';

export function ChartPane({ onReady }: { onReady: (view: ChartView | null) => void }) {
  const session = useSession();
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ChartView | null>(null);
  const theme = useChartTheme();
  // What the view is made with and calls back into; it lives as long as the page.
  const latest = useRef({ session, theme, onReady });
  latest.current = { session, theme, onReady };

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const { session: opened, ...made } = latest.current;
    const view = createChartView(element, {
      source: opened.candles,
      theme: made.theme,
      pricePrecision: opened.chart.pricePrecision,
    });
    const { setState, subscribe } = opened.view;
    // Candles that keys move under a pointer at rest are not pointed at.
    let isPointed = false;
    let crossed: ChartBar | null = null;
    const stop = subscribe((next, last) => {
      if (next.cursorTime === last.cursorTime) return;
      isPointed = false;
      if (next.hovered) setState({ hovered: null });
    });
    view.onCrosshair((bar) => {
      crossed = bar;
      if (isPointed || !bar) setState({ hovered: bar });
    });
    view.onState((chartState) => {
      // Past React, for it changes while candles are dragged.
      element.ariaBusy = String(chartState.loading);
      setState({ chartState });
    });
    view.onPointer((event) => {
      if (event.type === 'move' && !isPointed) {
        isPointed = true;
        setState({ hovered: crossed });
      }
      return handlePointer(latest.current.session, view, event);
    });
    opened.chartView.current = view;
    setChart(view);
    latest.current.onReady(view);
    return () => {
      stop();
      opened.chartView.current = null;
      latest.current.onReady(null);
      view.destroy();
    };
  }, []);

  useEffect(() => chart?.setTheme(theme), [chart, theme]);
  const logScale = useView((state) => state.logScale);
  useEffect(() => chart?.setLogScale(logScale), [chart, logScale]);
  const indicators = useView((state) => state.indicators);
  useEffect(() => chart?.setIndicators(indicators), [chart, indicators]);
  const timeframe = useView((state) => state.timeframe);
  useEffect(() => chart?.setTimeframe(timeframe), [chart, timeframe]);

  const { clock } = useTimes(session.chart);
  useEffect(() => chart?.setClock(clock), [chart, clock]);
  const { dataRev, pricePrecision } = session.chart;
  useEffect(() => chart?.setPricePrecision(pricePrecision), [chart, pricePrecision]);
  const known = useRef(dataRev);
  useEffect(() => {
    if (known.current !== dataRev) chart?.reload();
    known.current = dataRev;
  }, [chart, dataRev]);

  return (
    <div className="relative min-h-0 min-w-0 flex-1">
      {/* An application, so that a screen reader hands on the arrow keys. */}
      <div
        ref={container}
        data-testid="chart"
        role="application"
        aria-roledescription="candlestick chart"
        aria-label={`Chart of ${session.chart.name}`}
        aria-describedby="chart-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys are those of the page
        tabIndex={0}
        // Above the canvases, which would hide an outline.
        className="absolute inset-0 outline-none after:pointer-events-none after:absolute after:inset-0 after:z-10 focus-visible:after:border-2 focus-visible:after:border-accent focus-visible:after:content-['']"
      />
      <p id="chart-keys" className="sr-only">
        Left and right move the bar cursor by bars, up and down to turns of prices. S starts a span
        there, a digit ends and labels it. Question mark lists all keys.
      </p>
      <ChartAnnouncer chart={chart} />
      {chart && <OverlaySync chart={chart} />}
      {/* Before the band, whose words under it are hidden while it asks. */}
      {chart && <ExaminedSuggestion chart={chart} />}
      {chart && <ExaminedBand chart={chart} />}
      {chart && <GapMarks chart={chart} />}
      {chart && <NextNotice chart={chart} />}
      <ChartNotice />
      <HiddenNotice />
      {chart && <PredictionMarks chart={chart} container={container} />}
      {chart && <SelectionBox chart={chart} />}
      {chart && <SelectionBar chart={chart} />}
      {chart && <HoverCard chart={chart} />}
      {chart && <ChartMenu chart={chart} container={container} />}
      {chart && <FoldedList chart={chart} />}
      {chart && <IndicatorLegend chart={chart} />}
      <Legend chart={chart} />
      <ChartMessages chart={chart} />
    </div>
  );
}

function handlePointer(session: Session, chart: ChartView, event: ChartPointer): boolean {
  const { tool } = session.view.getState();
  if (event.type === 'cancel') return dispatch(session, { type: 'escape' });
  if (event.type === 'double') return tool.tool === 'select' && openHit(session, chart, event);
  if (event.type === 'down' && event.button !== 0) return false;
  // A list opens there; the tool has no part in it.
  if (event.folded && event.type === 'down') return true;
  const { type, time, xPx, yPx, hit } = event;
  if (type === 'move' && !event.pressed) chart.setCursor(cursorFor(tool.tool, hit));
  // Shift frees a point from the candle under it; what is moved as a whole follows the pointer.
  const isFree = event.shift || !isPlaced(tool);
  const price = isFree ? event.price : event.snappedPrice();
  const adds = event.shift || event.ctrl;
  return dispatch(session, { type, time, price, xPx, yPx, hit, adds });
}

/** A double click: the annotation's inspector, and the annotation with some bars around it. */
function openHit(session: Session, chart: ChartView, { hit }: ChartPointer): boolean {
  const record = hit && session.editor.get(hit.uid);
  if (!record) return false;
  select(session, record.uid);
  session.view.setState({ panelOpen: true });
  void chart.showRange(...rangeOf(record));
  return true;
}

/** Whether a point is being placed: of something new, or of what is reshaped. */
const isPlaced = ({ tool, phase }: ToolState): boolean =>
  drawnBy(tool) !== null ||
  tool === 'measure' ||
  phase.name === 'reshaping' ||
  (phase.name === 'pressed' && isReshaped(tool, phase.hit));

function cursorFor(tool: Tool, hit: Target | null): string {
  if (isReshaped(tool, hit)) return cursorOver(hit);
  if (drawnBy(tool) || tool === 'measure') return 'crosshair';
  return hit ? cursorOver(hit) : '';
}

/** Draws the session's records over the candles whenever one of them changes. */
function OverlaySync({ chart }: { chart: ChartView }) {
  const session = useSession();
  const { labels, annotationTypes, chart: info } = session;
  const { pricePrecision } = info;
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const chosen = useView((state) => state.selection);
  const part = useView((state) => state.part?.index ?? null);
  const minScore = useView((state) => state.minScore);
  const phase = useView((state) => state.tool.phase);
  const tool = useView((state) => state.tool.tool);
  const cursorTime = useView((state) => state.cursorTime);
  const hidden = useView((state) => state.hidden);
  const activeLabel = useView((state) => state.activeLabel);
  const doubts = useDoubts();

  const context = useMemo(() => {
    const selection = new Set(selectedUids({ selected, selection: chosen }));
    const seen = { labels, annotationTypes, pricePrecision, minScore, doubts };
    return { ...seen, selected, selection, part, fits: NO_FITS };
  }, [labels, annotationTypes, pricePrecision, selected, chosen, part, minScore, doubts]);
  // Only these two phases move a record that is drawn; the others must not sort the records anew.
  const drag = phase.name === 'reshaping' || phase.name === 'moving' ? phase : IDLE;
  const [itemsOf] = useState(createOverlayItems);
  // A cut is made by candles, whatever bars are shown; until they are read the bars shown stand for them.
  const [reads, noteRead] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one once more is known
  const beside = useCallback(
    (time: UtcSeconds, step: 1 | -1) =>
      chart.candleBeside(time, step, noteRead) ?? chart.shiftTime(time, step),
    [chart, reads],
  );
  const { items, dragFit } = useMemo(() => {
    const uids = movedBy(context, drag);
    const moved = new Set(uids);
    const isMoved = (uid: string) => moved.has(uid);
    const fits = new Map<string, Fit>();
    const change = (record: EditorRecord) => {
      const next = dragged(chart, record, drag, isMoved);
      if (record.kind === 'span' && next.kind === 'span' && !isPlacedAs(record, next)) {
        const fit = fitOf(session, next, beside, isMoved);
        if (fit) fits.set(next.uid, fit);
      }
      return next;
    };
    const items = itemsOf(records, { ...context, fits }, { uids, change });
    return { items, dragFit: [...fits.values()].at(0) ?? null };
  }, [records, context, drag, chart, session, itemsOf, beside]);
  // While an example's edges move, what is like it now stands in for what was found before.
  const live = useView((state) => state.live);
  const shown = useMemo(
    () => (live ? { ...items, prediction: liveItems(live, labels) } : items),
    [items, live, labels],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a session's label is the active one
  useEffect(() => {
    const label =
      phase.name === 'drawing' ? (drawnBy(tool)?.labelType ?? labelFor(session, phase.kind)) : null;
    const drawn = draftOf(phase, label);
    const fit = drawn?.kind === 'span' ? fitOf(session, drawn, beside) : null;
    const fits = fit ? new Map([['draft', fit]]) : NO_FITS;
    const draft = overlayDraft(drawn, { ...context, fits });
    const told = fit ?? dragFit;
    const says = told && fitText(session, told);
    if (session.view.getState().fit !== says) session.view.setState({ fit: says });
    const measure = overlayMeasure(phase, chart, pricePrecision);
    chart.setOverlay({ items: shown, draft, measure, cursorTime, hidden });
  }, [
    chart,
    session,
    context,
    shown,
    dragFit,
    beside,
    phase,
    tool,
    cursorTime,
    hidden,
    activeLabel,
    pricePrecision,
  ]);
  return null;
}

const IDLE = { name: 'idle' } as const;
const NO_FITS: OverlayContext['fits'] = new Map();

/** uids of what the drag changes: where one of a selection is moved the others as well. */
function movedBy({ selection }: Pick<OverlayContext, 'selection'>, phase: Phase): string[] {
  if (phase.name !== 'moving' && phase.name !== 'reshaping') return [];
  const { uid } = phase.target;
  return phase.name === 'moving' && selection.has(uid) ? [...selection] : [uid];
}

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
