'use client';

import { type RefObject, useEffect, useMemo } from 'react';
import type { ChartView } from '@/chart/types';
import { predictionsOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { DOUBT_TEXT, type Doubt, inWords } from '../session/doubts';
import { useRecords, useView } from '../session/session';
import { useDoubts } from '../session/use-doubts';

type Props = { chart: ChartView; container: RefObject<HTMLDivElement | null> };

/** What the marks on the pills in the chart mean: those that there are in a line, each on its pill's tooltip. */
export function PredictionMarks({ chart, container }: Props) {
  const records = useRecords();
  const minScore = useView((state) => state.minScore);
  const hidden = useView((state) => state.hidden);
  const doubts = useDoubts();
  useEffect(
    () =>
      chart.onPointer(({ type, hit }) => {
        if (type !== 'move' || !container.current) return false;
        const record = hit?.kind === 'prediction' ? records.get(hit.uid) : undefined;
        const title = record?.kind === 'prediction' ? inWords(doubts(record)) : '';
        if (container.current.title !== title) container.current.title = title;
        return false;
      }),
    [chart, container, records, doubts],
  );
  const shown = useMemo(() => {
    const found = new Map<Doubt, number>();
    for (const record of predictionsOf(records)) {
      if (!isOpen(record, minScore)) continue;
      for (const doubt of doubts(record)) found.set(doubt, (found.get(doubt) ?? 0) + 1);
    }
    return found;
  }, [records, minScore, doubts]);
  if (hidden || shown.size === 0) return null;
  return (
    <ul
      aria-label="Marks on predictions"
      // Above what the examined band says; a question takes the place of both.
      className="pointer-events-none absolute bottom-14 left-3 [[data-examined-question]~&]:hidden z-10 flex flex-wrap gap-x-3 rounded bg-canvas/85 px-1.5 text-muted text-xs leading-5"
    >
      {[...shown].map(([doubt, count]) => (
        <li key={doubt} className="flex items-center gap-1.5">
          <MarkShape doubt={doubt} /> {count} {DOUBT_TEXT[doubt].short}
        </li>
      ))}
    </ul>
  );
}

const isOpen = ({ status, score }: PredictionRecord, minScore: number) =>
  status === 'new' && score >= minScore;

/** The same shapes as on the pills. */
function MarkShape({ doubt }: { doubt: Doubt }) {
  return (
    <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" className="shrink-0">
      {doubt === 'learnt' ? (
        <circle cx="4" cy="4" r="3" fill="none" stroke="var(--muted)" strokeWidth="1.5" />
      ) : (
        <path d="M0 7 L4 0 L8 7 Z" fill="var(--warning)" />
      )}
    </svg>
  );
}

/** What is to be known of one prediction, a line each. */
export function DoubtLines({ doubts }: { doubts: readonly Doubt[] }) {
  return doubts.map((doubt) => (
    <p
      key={doubt}
      className={`flex items-baseline gap-1.5 text-xs ${doubt === 'learnt' ? 'text-muted' : 'text-warning'}`}
    >
      <MarkShape doubt={doubt} /> {DOUBT_TEXT[doubt].long}
    </p>
  ));
}
