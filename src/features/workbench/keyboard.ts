'use client';

import { useEffect } from 'react';
import type { ChartView } from '@/chart/types';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Tool } from '@/editor/tools';
import { examineToCursor, examineView } from '../examined/commands';
import { giveVerdict, goToReview, type Verdict } from '../models/go-to-review';
import {
  chooseLabel,
  dispatch,
  removeRecord,
  select,
  selectedPrediction,
  selectedSpan,
} from '../session/commands';
import type { Session } from '../session/session';

type Command = (session: Session, chart: ChartView) => void;

const use = (tool: Tool) => (session: Session) => {
  dispatch(session, { type: 'tool', tool });
};

/** By `event.key` in lower case, with `ctrl+`, `alt+` and `shift+` before it in this order. */
const KEYS: Record<string, Command> = {
  v: (session) => {
    if (session.view.getState().tool.tool !== 'select') use('select')(session);
  },
  s: startSpan,
  e: endSpan,
  x: use('eraser'),
  b: markerTool(0),
  'shift+b': markerTool(1),
  h: ({ view }) => view.setState(({ hidden }) => ({ hidden: !hidden })),
  k: examineView,
  'shift+k': (session, chart) => void examineToCursor(session, chart).catch(() => {}),
  f: (_session, chart) => chart.fit(),
  '+': (_session, chart) => chart.zoomBy(0.8),
  '=': (_session, chart) => chart.zoomBy(0.8),
  '-': (_session, chart) => chart.zoomBy(1.25),
  escape: (session) => {
    dispatch(session, { type: 'escape' });
  },
  delete: removeSelected,
  backspace: removeSelected,
  'ctrl+z': ({ editor }) => void editor.undo(),
  'ctrl+shift+z': ({ editor }) => void editor.redo(),
  'ctrl+y': ({ editor }) => void editor.redo(),
  'ctrl+g': ({ view }) => view.setState({ dialog: 'goto' }),
  '?': ({ view }) => view.setState({ dialog: 'keys' }),
  'shift+?': ({ view }) => view.setState({ dialog: 'keys' }),
  arrowleft: moveCursor(-1),
  arrowright: moveCursor(1),
  'shift+arrowleft': moveCursor(-10),
  'shift+arrowright': moveCursor(10),
  j: goToGap(1),
  'shift+j': goToGap(-1),
  d: (session, chart) => goToReview(session, chart, 1),
  'shift+d': (session, chart) => goToReview(session, chart, -1),
  y: onPrediction('confirm'),
  c: onPrediction('correct'),
  n: (session, chart) => {
    if (selectedPrediction(session)) onPrediction('dismiss')(session, chart);
    else nextSpan(session, chart);
  },
};

function onPrediction(verdict: Verdict): Command {
  return (session, chart) => {
    const prediction = selectedPrediction(session);
    if (prediction?.status === 'new') giveVerdict(session, chart, prediction, verdict);
  };
}

function markerTool(index: number): Command {
  return (session) => {
    const markers = session.annotationTypes.filter(
      (type) => type.isActive && type.category === 'marker',
    );
    const type = markers[index];
    if (type) use(`marker:${type.name}`)(session);
  };
}

/** The span tool; with the bar cursor out, a span begins at it. */
function startSpan(session: Session) {
  const { cursorTime, tool } = session.view.getState();
  if (cursorTime !== null && tool.phase.name === 'idle') {
    dispatch(session, { type: 'start', time: cursorTime });
  } else dispatch(session, { type: 'tool', tool: 'span' });
}

function endSpan(session: Session) {
  const { cursorTime, hovered } = session.view.getState();
  const time = cursorTime ?? hovered?.time;
  if (time !== undefined && time !== null) dispatch(session, { type: 'end', time });
}

function removeSelected(session: Session) {
  const { selected } = session.view.getState();
  if (selected) removeRecord(session, selected);
}

let moves = Promise.resolve();

/** Moves the bar cursor, which appears at the pointer or at the last bar in view. */
function moveCursor(step: number): Command {
  return (session, chart) => {
    // One after the other: a key that repeats must not read the cursor before the last move ended.
    moves = moves.then(async () => {
      const { cursorTime, hovered } = session.view.getState();
      const from = cursorTime ?? (hovered ?? chart.lastBar())?.time;
      if (from === undefined) return;
      const place = await chart.barNear(from, cursorTime === null ? 0 : step);
      if (!place) return;
      session.view.setState({ cursorTime: place.time });
      dispatch(session, { type: 'cursor', time: place.time });
      await chart.ensureVisible(place.time);
    });
    // The chart shows that its candles can't be read; the cursor then stays.
    moves = moves.catch(() => {});
  };
}

/** Puts the bar cursor behind the next gap or the one before; where there is none, says so. */
function goToGap(step: 1 | -1): Command {
  return async (session, chart) => {
    const { cursorTime, range } = session.view.getState();
    const from = cursorTime ?? (range ? (range.from + range.to) / 2 : 0);
    // Whatever keeps them from being found, the dialog says it.
    const gaps = await session.findGaps().catch(() => []);
    const gap =
      step > 0
        ? gaps.find(({ before }) => before > from)
        : gaps.findLast(({ before }) => before < from);
    if (!gap) {
      session.view.setState({ dialog: 'goto' });
      return;
    }
    session.view.setState({ cursorTime: gap.before });
    await chart.goTo(gap.before);
  };
}

function nextSpan(session: Session, chart: ChartView) {
  const spans = [...session.editor.records().values()]
    .filter((record): record is SpanRecord => record.kind === 'span')
    .sort((a, b) => a.startTime - b.startTime);
  const selected = selectedSpan(session);
  const at = spans.findIndex(({ uid }) => uid === selected?.uid);
  const next = spans[(at + 1) % spans.length];
  if (!next) return;
  select(session, next.uid);
  void chart.showRange(next.startTime, next.endTime);
}

function nameOf(event: KeyboardEvent): string {
  const modifiers = [
    event.ctrlKey || event.metaKey ? 'ctrl+' : '',
    event.altKey ? 'alt+' : '',
    event.shiftKey ? 'shift+' : '',
  ];
  return modifiers.join('') + event.key.toLowerCase();
}

function digit(session: Session, event: KeyboardEvent): boolean {
  const match = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (!match?.[1] || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (event.altKey) {
    const confidence = Number(match[1]);
    const span = selectedSpan(session);
    if (!span || confidence < 1 || confidence > 5) return false;
    session.editor.update(span, { confidence: span.confidence === confidence ? null : confidence });
    return true;
  }
  return hotkey(session, match[1]);
}

function hotkey(session: Session, key: string): boolean {
  const label = session.labels.find((type) => type.isActive && type.hotkey === key);
  if (!label) return false;
  chooseLabel(session, label.name);
  return true;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** The keys of the workbench, wherever the focus is but in a field, a menu or a dialog. */
export function useKeyboard(session: Session, chart: ChartView | null) {
  useEffect(() => {
    if (!chart) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const command = KEYS[nameOf(event)];
      if (command) command(session, chart);
      else if (!digit(session, event)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [session, chart]);
}
