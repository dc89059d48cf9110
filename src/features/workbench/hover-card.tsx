'use client';

import { useEffect, useRef, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { capitalized, formatPercent, formatScore } from '@/components/format';
import type { EditorRecord, Target } from '@/editor/kinds/kinds';
import { sourceText } from '../annotate/source-text';
import { Swatch } from '../annotate/swatch';
import { useAuthor } from '../annotate/use-author';
import { useBars, useChange } from '../annotate/use-bars';
import { annotationStyle, labelStyle } from '../session/label-style';
import { rangeOf } from '../session/selection';
import { useRecords, useSession } from '../session/session';
import { isStale } from '../session/stale';
import { useTimes } from '../session/time-zone';

/** So long the pointer rests before a card comes: who only passes by sees none. */
const REST_MS = 350;
const WIDTH_PX = 250;
const BELOW_PX = 14;
/** Where the pointer is while candles are read, and not the annotation. */
const UNSAID = ['body', 'selected-body', 'inside'];

type Card = { uid: string; xPx: number; yPx: number };

/** What an annotation under the pointer says, without selecting it. */
export function HoverCard({ chart }: { chart: ChartView }) {
  const { view } = useSession();
  const records = useRecords();
  const [card, setCard] = useState<Card | null>(null);
  const shown = useRef(card);
  shown.current = card;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted: string | null = null;
    const close = () => {
      clearTimeout(timer);
      wanted = null;
      if (shown.current) setCard(null);
    };
    const stop = chart.onPointer(({ type, hit, pressed, xPx, yPx }) => {
      const isIdle = view.getState().tool.phase.name === 'idle';
      const uid = type === 'move' && isIdle && !pressed ? uidOf(hit) : null;
      if (uid === null) close();
      else if (uid !== wanted) {
        close();
        wanted = uid;
        timer = setTimeout(() => setCard({ uid, xPx, yPx }), REST_MS);
      }
      return false;
    });
    const stopMoves = chart.onViewChange(close);
    return () => {
      stop();
      stopMoves();
      close();
    };
  }, [chart, view]);
  const record = card && records.get(card.uid);
  if (!card || !record) return null;
  const width = chart.plot()?.widthPx ?? 0;
  return (
    <div
      role="tooltip"
      className="pointer-events-none absolute z-20 rounded-lg border border-line bg-raised px-3 py-2 text-xs leading-[18px]"
      style={{
        left: Math.max(4, Math.min(card.xPx + 8, width - WIDTH_PX - 4)),
        top: card.yPx + BELOW_PX,
        width: WIDTH_PX,
      }}
    >
      <Content record={record} />
    </div>
  );
}

const uidOf = (hit: Target | null) => (hit && !UNSAID.includes(hit.part) ? hit.uid : null);

function Content({ record }: { record: EditorRecord }) {
  const { labels, annotationTypes, chart } = useSession();
  const times = useTimes(chart);
  const [from, to] = rangeOf(record);
  const bars = useBars(from, to);
  const change = useChange(from, to);
  const author = useAuthor(record.kind === 'span' ? record : null);
  const isLabelled = record.kind === 'span' || record.kind === 'prediction';
  const style = isLabelled
    ? labelStyle(labels, record.label)
    : annotationStyle(annotationTypes, record);
  const facts = [
    record.kind === 'prediction' ? `Score ${formatScore(record.score)}` : null,
    record.kind === 'span' && record.confidence ? `Confidence ${record.confidence} of 5` : null,
    record.kind === 'span' && record.outcome ? capitalized(record.outcome) : null,
    record.kind === 'span' ? sourceText(record.source) : null,
    author === null ? null : `by ${author}`,
  ].filter((fact) => fact !== null);
  const notes = record.kind === 'prediction' ? null : record.notes;
  return (
    <>
      <p className="flex items-center gap-2 font-semibold">
        <Swatch color={style.color} />
        <span className="truncate">{style.text}</span>
      </p>
      <p className="text-muted tabular-nums">
        {times.range(from, to)}
        {isLabelled && bars !== null && ` · ${bars}`}
        {isLabelled && change !== null && ` · ${formatPercent(change)}`}
      </p>
      {facts.length > 0 && <p className="text-muted">{facts.join(' · ')}</p>}
      {isStale(record) && <p className="text-warning">Stale: its candles changed</p>}
      {notes && <p className="mt-1 line-clamp-4 whitespace-pre-wrap">{notes}</p>}
    </>
  );
}
