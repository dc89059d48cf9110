'use client';

import { clsx } from 'clsx';
import { useMemo } from 'react';
import { formatScore } from '@/components/format';
import { predictionsOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { Records } from '@/editor/records';
import { answerTo, orderOf, type ReviewOrder, reviewQueue } from '../models/review-queue';
import { VERDICT_COLOR, verdictOf } from '../models/verdict';
import { useChart } from '../session/chart-context';
import { select } from '../session/commands';
import { inWords, shortly } from '../session/doubts';
import { labelStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import { useDoubts } from '../session/use-doubts';
import { WindowPicture } from './window-picture';

/** Each candidate with the bars around it, best first; what was answered stays where it was. */
export function CandidateGrid() {
  const records = useRecords();
  const later = useView((state) => state.later);
  const shown = useView((state) => state.shown);
  const selected = useView((state) => state.selected);
  const candidates = useMemo(
    () => listCandidates(records, orderOf({ bestFirst: true, later, shown })),
    [records, later, shown],
  );
  return (
    <ul aria-label="Candidates" className="grid grid-cols-2 gap-2">
      {candidates.map((candidate) => (
        <Cell
          key={candidate.uid}
          candidate={candidate}
          answer={answerTo(candidate, records)}
          isLater={later.includes(candidate.uid)}
          isSelected={candidate.uid === selected}
        />
      ))}
    </ul>
  );
}

/** Those that wait and those that were answered; what a person has settled otherwise is no candidate. */
function listCandidates(records: Records, order: ReviewOrder): PredictionRecord[] {
  const open = reviewQueue(records, 0, order).map(({ prediction }) => prediction);
  const answered = predictionsOf(records).filter(({ status }) => status !== 'new');
  return [...open, ...answered].sort(order);
}

function Cell(props: {
  candidate: PredictionRecord;
  answer: string | null;
  isLater: boolean;
  isSelected: boolean;
}) {
  const { candidate, answer, isLater, isSelected } = props;
  const session = useSession();
  const chart = useChart();
  const times = useTimes(session.chart);
  const { startTime, endTime, label, score, uid } = candidate;
  const doubts = useDoubts()(candidate);
  const looked = labelStyle(session.labels, label);
  const { state, text, icon: Icon } = verdictOf(session.labels, label, answer, isLater);
  const when = times.range(startTime, endTime);
  return (
    <li>
      <button
        type="button"
        aria-label={[text, formatScore(score), when, ...shortly(doubts)].join(', ')}
        title={inWords(doubts)}
        aria-current={isSelected}
        onClick={() => {
          select(session, uid);
          void chart?.showRange(startTime, endTime);
        }}
        className={clsx(
          'block w-full overflow-hidden rounded-md border text-left hover:border-faint',
          isSelected
            ? 'border-accent ring-1 ring-accent'
            : state === 'yes'
              ? 'border-up'
              : 'border-line',
        )}
      >
        <span className="flex h-6 items-center gap-1.5 px-1.5 text-xs">
          <Icon size={11} className={clsx('shrink-0', VERDICT_COLOR[state])} />
          <span className="min-w-0 flex-1 truncate">{text}</span>
          <span className="font-semibold tabular-nums">{formatScore(score)}</span>
        </span>
        <span className={clsx('block', state === 'no' && 'opacity-45')}>
          <WindowPicture from={startTime} to={endTime} color={looked.color} />
        </span>
        <span className="block truncate px-1.5 py-0.5 text-[11px] text-muted">{when}</span>
        {doubts.length > 0 && (
          <span className="block truncate px-1.5 pb-0.5 text-[11px] text-warning">
            {shortly(doubts).join(', ')}
          </span>
        )}
      </button>
    </li>
  );
}
