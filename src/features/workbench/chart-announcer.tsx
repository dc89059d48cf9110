'use client';

import { useEffect, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { spansOf } from '@/editor/derived';
import { useSession } from '../session/session';
import { barText, changeText } from './announcements';

/** Keys that are held down name the bar where they end. */
const SETTLED_MS = 300;

/** Reads out the bar cursor and what became of annotations, to those who work without seeing the chart. */
export function ChartAnnouncer({ chart }: { chart: ChartView | null }) {
  const session = useSession();
  const [text, setText] = useState('');
  useEffect(() => {
    const { editor, view } = session;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stopChanges = editor.subscribe(({ diff, origin }) => {
      const change = origin === 'user' ? changeText(session, diff) : null;
      if (change === null) return;
      clearTimeout(timer);
      setText(change);
    });
    const sayBar = () => {
      const { cursorTime, timeframe } = view.getState();
      const bar = cursorTime === null ? null : chart?.barAt(cursorTime);
      const shown = timeframe ?? session.chart.timeframe;
      if (bar) setText(barText(session, bar, spansOf(editor.records()), shown));
      // Its candles are on their way.
      else if (cursorTime !== null) timer = setTimeout(sayBar, SETTLED_MS);
    };
    const stopCursor = view.subscribe((next, last) => {
      if (next.cursorTime === null || next.cursorTime === last.cursorTime) return;
      clearTimeout(timer);
      timer = setTimeout(sayBar, SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      stopChanges();
      stopCursor();
    };
  }, [session, chart]);
  return (
    <p role="status" aria-label="On the chart" className="sr-only">
      {text}
    </p>
  );
}
