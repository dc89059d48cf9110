'use client';

import { Eye } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { shareCandles } from '@/contract/overlaps';
import { definitionOf } from '@/editor/kinds/kinds';
import { type Bars, examinedBars, subtract } from '../session/examined-store';
import { type Session, useExamined, useSession, useView } from '../session/session';
import { AFTER_LABEL_MS, LEAST_DEVICE_PX, look, NOTHING_VIEWED, type Viewed } from './viewed';

const LOOK_EVERY_MS = 250;
/** Fewer are not worth a question. */
const LEAST_BARS = 20;

/** Offers to mark what was on screen while somebody labelled; stored only when that is accepted. */
export function ExaminedSuggestion({ chart }: { chart: ChartView }) {
  const session = useSession();
  const ranges = useExamined((state) => state.ranges);
  const pending = useExamined((state) => state.pending);
  const isPast = useView((state) => state.asOf !== null);
  const { viewed, isInSight, forget } = useViewed(session, chart);
  // What was looked at elsewhere is asked for again when it is in view.
  if (ranges === null || isPast || !isInSight) return null;
  const known = examinedBars({ ranges, pending });
  const fresh = subtract(viewed, known);
  const count = fresh.reduce((sum, bars) => sum + countOf(chart, bars), 0);
  if (count < LEAST_BARS) return null;
  return (
    <div
      role="status"
      data-examined-question
      className="absolute bottom-11 left-3 z-10 flex max-w-[calc(100%-24px)] flex-wrap items-center gap-2 rounded-md border border-line bg-panel py-1.5 pr-1.5 pl-3"
    >
      <Eye size={15} className="shrink-0 text-muted" />
      Mark {formatCount(count)} bars as examined?
      <Button
        onClick={() => {
          // Whole, though some of it may be known: the server adds what is not.
          session.examined.mark(viewed, 'viewed');
          forget();
        }}
      >
        Mark
      </Button>
      <Button variant="ghost" onClick={forget}>
        Not now
      </Button>
    </div>
  );
}

/** Bars as the chart counts them now. */
function countOf(chart: ChartView, { startTime, endTime }: Bars): number {
  const extent = chart.extentOf(startTime, endTime);
  const plot = chart.plot();
  return extent && plot ? Math.round((extent.rightPx - extent.leftPx) / plot.pxPerBar) : 0;
}

function useViewed(session: Session, chart: ChartView) {
  const seen = useRef(NOTHING_VIEWED);
  // Only what is shown of it: most looks add nothing.
  const [viewed, setViewed] = useState(NOTHING_VIEWED.bars);
  const [isInSight, setIsInSight] = useState(false);
  const note = useCallback((next: Viewed) => {
    seen.current = next;
    setViewed(next.bars);
  }, []);
  const labelled = useRef({ atMs: Number.NEGATIVE_INFINITY, time: 0 });
  useEffect(() => {
    const { editor, view, chart: stored } = session;
    const stop = editor.subscribe(({ diff, origin }) => {
      if (origin !== 'user') return;
      const made = [...diff.added, ...diff.updated.map(([, to]) => to)].at(-1);
      const time = made && definitionOf(made.kind).anchors(made)[0]?.time;
      if (time !== undefined) labelled.current = { atMs: performance.now(), time };
    });
    const timer = setInterval(() => {
      const plot = chart.plot();
      const bars = plot && chart.barsAt(0, plot.widthPx);
      if (!plot || !bars) return;
      setIsInSight(seen.current.bars.some((each) => shareCandles(each, bars)));
      const { tool, hidden } = view.getState();
      const { atMs, time } = labelled.current;
      const isNear = time >= bars.startTime && time <= bars.endTime;
      const now = performance.now();
      note(
        look(seen.current, {
          atMs: now,
          bars: {
            startTime: bars.startTime,
            endTime: Math.min(bars.endTime, stored.lastTime ?? bars.endTime),
          },
          isLegible:
            plot.pxPerBar * devicePixelRatio >= LEAST_DEVICE_PX && document.hasFocus() && !hidden,
          isLabelling: tool.tool !== 'select' || (isNear && now - atMs <= AFTER_LABEL_MS),
        }),
      );
    }, LOOK_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [session, chart, note]);
  return { viewed, isInSight, forget: () => note(NOTHING_VIEWED) };
}
