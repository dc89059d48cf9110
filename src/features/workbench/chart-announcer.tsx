'use client';

import { useEffect, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { spansOf } from '@/editor/derived';
import type { Diff } from '@/editor/diff';
import type { ToolState } from '@/editor/tools';
import { useSession } from '../session/session';
import { barText, changeText, examinedText, selectedText, toolText } from './announcements';

/** Keys that are held down name the bar where they end. */
const SETTLED_MS = 300;

const isBegun = (next: ToolState, last: ToolState) =>
  next.phase.name === 'drawing' && last.phase.name !== 'drawing';

/** A gesture makes its changes one by one. */
const joined = (diffs: readonly Diff[]): Diff => ({
  added: diffs.flatMap(({ added }) => added),
  updated: diffs.flatMap(({ updated }) => updated),
  removed: diffs.flatMap(({ removed }) => removed),
});

/** Reads out the bar cursor and what became of annotations, to those who work without seeing the chart. */
export function ChartAnnouncer({ chart }: { chart: ChartView | null }) {
  const session = useSession();
  const [text, setText] = useState('');
  useEffect(() => {
    const { editor, view, examined } = session;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What comes of one key is said together, a change before what is selected then.
    let diffs: Diff[] = [];
    // Where something is being drawn from: not said any more once it has become a change.
    let begun: string | null = null;
    let then: string[] = [];
    let flush: ReturnType<typeof setTimeout> | undefined;
    const flushSoon = () => {
      clearTimeout(timer);
      flush ??= setTimeout(() => {
        const change = changeText(session, joined(diffs));
        setText([change, begun, ...then].filter((part) => part !== null).join('. '));
        [diffs, begun, then, flush] = [[], null, [], undefined];
      });
    };
    const say = (text: string) => {
      then.push(text);
      flushSoon();
    };
    const stopChanges = editor.subscribe(({ diff, origin }) => {
      if (origin !== 'user' || changeText(session, diff) === null) return;
      diffs.push(diff);
      begun = null;
      flushSoon();
    });
    const sayBar = () => {
      const { cursorTime, timeframe } = view.getState();
      const bar = cursorTime === null ? null : chart?.barAt(cursorTime);
      const shown = timeframe ?? session.chart.timeframe;
      if (bar) say(barText(session, bar, spansOf(editor.records()), shown));
      // Its candles are on their way.
      else if (cursorTime !== null) timer = setTimeout(sayBar, SETTLED_MS);
    };
    const stopCursor = view.subscribe((next, last) => {
      const isDrawing = isBegun(next.tool, last.tool);
      if (next.tool.tool !== last.tool.tool || isDrawing) {
        const text = toolText(session, next.tool, next.timeframe ?? session.chart.timeframe);
        if (isDrawing) {
          begun = text;
          flushSoon();
        } else say(text);
      }
      const record = next.selected === null ? undefined : editor.get(next.selected);
      // One that is drawn just now is named as such.
      const isNamed = diffs.some(({ added }) => added.some(({ uid }) => uid === record?.uid));
      if (record && next.selected !== last.selected && !isNamed) {
        say(selectedText(session, record, editor.records()));
      }
      if (next.edge !== null && next.edge !== last.edge) say(`Arrows move the ${next.edge}`);
      if (next.cursorTime === null || next.cursorTime === last.cursorTime) return;
      clearTimeout(timer);
      timer = setTimeout(sayBar, SETTLED_MS);
    });
    const stopExamined = examined.subscribe((next, last) => {
      const change = next.pending.at(-1);
      if (change && next.pending.length > last.pending.length) say(examinedText(session, change));
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(flush);
      stopChanges();
      stopCursor();
      stopExamined();
    };
  }, [session, chart]);
  return (
    <p role="status" aria-label="On the chart" className="sr-only">
      {text}
    </p>
  );
}
