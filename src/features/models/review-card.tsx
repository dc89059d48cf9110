'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '@/components/button';
import { formatRange } from '@/components/format';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { Swatch } from '../annotate/swatch';
import { useBars } from '../annotate/use-bars';
import { useChart } from '../session/chart-context';
import { labelStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { giveVerdict, goToReview, type Verdict } from './go-to-review';
import { type Relation, relationOf, reviewQueue } from './review-queue';

/** The selected prediction, what people say there, and the three things to do about it. */
export function ReviewCard() {
  const session = useSession();
  const chart = useChart();
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const minScore = useView((state) => state.minScore);
  const queue = useMemo(() => reviewQueue(records, minScore), [records, minScore]);
  const at = queue.findIndex(({ prediction }) => prediction.uid === selected);
  const record = selected ? records.get(selected) : undefined;
  const prediction = record?.kind === 'prediction' && record.status === 'new' ? record : null;
  const relation = useMemo(() => {
    if (!prediction) return null;
    return relationOf(
      prediction,
      [...records.values()].filter((row) => row.kind === 'span'),
    );
  }, [prediction, records]);
  const step = (by: 1 | -1) => goToReview(session, chart, by);
  const give = (about: PredictionRecord, verdict: Verdict) =>
    giveVerdict(session, chart, about, verdict);
  return (
    <section aria-label="To review" className="flex flex-col gap-2.5 px-3.5 py-3">
      <div className="flex items-center gap-2">
        <h2 className="font-semibold">To review</h2>
        <span className="flex-1 text-muted text-xs" data-testid="review-count">
          {at >= 0 ? `${at + 1} of ${queue.length}` : queue.length}
        </span>
        <StepButton text="Previous" onClick={() => step(-1)} disabled={queue.length === 0}>
          <ChevronLeft size={16} />
        </StepButton>
        <StepButton text="Next" onClick={() => step(1)} disabled={queue.length === 0}>
          <ChevronRight size={16} />
        </StepButton>
      </div>
      {prediction && relation ? (
        <>
          <PredictionCard prediction={prediction} relation={relation} />
          <div className="grid grid-cols-3 gap-2">
            <Button variant="solid" shortcut="Y" onClick={() => give(prediction, 'confirm')}>
              Confirm
            </Button>
            <Button shortcut="C" onClick={() => give(prediction, 'correct')}>
              Correct
            </Button>
            <Button shortcut="N" onClick={() => give(prediction, 'dismiss')}>
              Dismiss
            </Button>
          </div>
        </>
      ) : queue.length > 0 ? (
        <Button shortcut="D" onClick={() => step(1)}>
          Start reviewing
        </Button>
      ) : (
        <p className="text-muted">
          Nothing above {minScore.toFixed(2)} that you have not settled. Lower the threshold to see
          more.
        </p>
      )}
    </section>
  );
}

function PredictionCard(props: { prediction: PredictionRecord; relation: Relation }) {
  const { prediction, relation } = props;
  const { chart, labels } = useSession();
  const bars = useBars(prediction.startTime, prediction.endTime);
  const { text, color } = labelStyle(labels, prediction.label);
  return (
    <div className="rounded-md border border-dashed p-2.5" style={{ borderColor: color }}>
      <div className="flex items-center gap-2">
        <Swatch color={color} />
        <span className="min-w-0 flex-1 truncate">{text}</span>
        <span className="font-semibold tabular-nums">{prediction.score.toFixed(2)}</span>
      </div>
      <p className="mt-1 text-muted text-xs">
        {formatRange(prediction.startTime, prediction.endTime, chart.timeframe)}
        {bars !== null && ` · ${bars} bars`}
        {relation.type === 'unmarked'
          ? ' · unmarked by you'
          : ` · you say ${labelStyle(labels, relation.span.label).text}`}
      </p>
    </div>
  );
}

function StepButton(props: {
  text: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={props.text}
      disabled={props.disabled}
      onClick={props.onClick}
      className="rounded-md p-1 text-muted enabled:hover:bg-raised enabled:hover:text-text disabled:opacity-40"
    >
      {props.children}
    </button>
  );
}
