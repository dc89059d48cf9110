'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '@/components/button';
import { formatScore } from '@/components/format';
import { Notice } from '@/components/notice';
import { Tooltip } from '@/components/tooltip';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { Swatch } from '../annotate/swatch';
import { useBars } from '../annotate/use-bars';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { labelStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import { useDoubts } from '../session/use-doubts';
import { DoubtLines } from './prediction-marks';
import { orderOf, type Relation, relationIn, reviewQueue } from './review-queue';
import { useStoredPredictions } from './use-predictions';

/** The selected prediction, what people say there, and the three things to do about it. */
export function ReviewCard() {
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const minScore = useView((state) => state.minScore);
  const isBestFirst = useView((state) => state.bestFirst);
  const later = useView((state) => state.later);
  const shown = useView((state) => state.shown);
  const queue = useMemo(
    () => reviewQueue(records, minScore, orderOf({ bestFirst: isBestFirst, later, shown })),
    [records, minScore, isBestFirst, later, shown],
  );
  const at = queue.findIndex(({ prediction }) => prediction.uid === selected);
  const record = selected ? records.get(selected) : undefined;
  const prediction = record?.kind === 'prediction' && record.status === 'new' ? record : null;
  const relation = prediction && relationIn(records, prediction);
  const next = useCommand('review.next');
  const stored = useStoredPredictions();
  return (
    <section aria-label="To review" className="flex flex-col gap-2.5 px-3.5 py-3">
      <div className="flex items-center gap-2">
        <h2 className="font-semibold">To review</h2>
        <span className="flex-1 text-muted text-xs" data-testid="review-count">
          {at >= 0 ? `${at + 1} of ${queue.length}` : stored.data && queue.length}
        </span>
        <StepButton command="review.previous" disabled={queue.length === 0}>
          <ChevronLeft size={16} />
        </StepButton>
        <StepButton command="review.next" disabled={queue.length === 0}>
          <ChevronRight size={16} />
        </StepButton>
      </div>
      {prediction && relation ? (
        <>
          <PredictionCard prediction={prediction} relation={relation} />
          <div className="grid grid-cols-3 gap-2">
            <VerdictButton command="review.confirm" variant="solid" />
            <VerdictButton command="review.correct" />
            <VerdictButton command="review.dismiss" />
          </div>
        </>
      ) : queue.length > 0 ? (
        <Button shortcut={next.shortcut} onClick={next.run}>
          Start reviewing
        </Button>
      ) : stored.error ? (
        <Notice tone="error">What the run predicts can’t be read: {stored.error.message}</Notice>
      ) : !stored.data ? (
        <p className="text-muted">Reading what the run predicts…</p>
      ) : (
        <p className="text-muted">{nothingLeft(minScore)}</p>
      )}
    </section>
  );
}

/** Of a search nothing is held back by a score. */
export const nothingLeft = (minScore: number): string =>
  minScore > 0
    ? `Nothing above ${formatScore(minScore)} that you have not settled. Lower the threshold to see more.`
    : 'Nothing on this chart waits for an answer.';

function PredictionCard(props: { prediction: PredictionRecord; relation: Relation }) {
  const { prediction, relation } = props;
  const { chart, labels } = useSession();
  const times = useTimes(chart);
  const bars = useBars(prediction.startTime, prediction.endTime);
  const doubts = useDoubts();
  const { text, color } = labelStyle(labels, prediction.label);
  return (
    <div className="rounded-md border border-dashed p-2.5" style={{ borderColor: color }}>
      <div className="flex items-center gap-2">
        <Swatch color={color} />
        <span className="min-w-0 flex-1 truncate">{text}</span>
        <span className="font-semibold tabular-nums">{formatScore(prediction.score)}</span>
      </div>
      <p className="mt-1 text-muted text-xs">
        {times.range(prediction.startTime, prediction.endTime)}
        {bars !== null && ` · ${bars}`}
        {relation.type === 'unmarked'
          ? ' · unmarked by you'
          : ` · you say ${labelStyle(labels, relation.span.label).text}`}
      </p>
      <DoubtLines doubts={doubts(prediction)} />
    </div>
  );
}

function VerdictButton(props: { command: CommandId; variant?: 'solid' }) {
  const { command, ...look } = props;
  const { hint = '', shortcut, run } = useCommand(command);
  return (
    <Button shortcut={shortcut} onClick={run} {...look}>
      {hint[0]?.toUpperCase() + hint.slice(1)}
    </Button>
  );
}

function StepButton(props: { command: CommandId; disabled: boolean; children: React.ReactNode }) {
  const { title, shortcut, run } = useCommand(props.command);
  return (
    <Tooltip text={title} shortcut={shortcut}>
      <button
        type="button"
        aria-label={title}
        disabled={props.disabled}
        onClick={run}
        className="rounded-md p-1 text-muted enabled:hover:bg-raised enabled:hover:text-text disabled:opacity-40"
      >
        {props.children}
      </button>
    </Tooltip>
  );
}
