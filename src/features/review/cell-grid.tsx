'use client';

import { clsx } from 'clsx';
import { formatScore } from '@/components/format';
import { Swatch } from '../annotate/swatch';
import { VERDICT_COLOR, verdictOf } from '../models/verdict';
import { WindowCanvas } from '../models/window-canvas';
import { useTimes, zonedOf } from '../session/time-zone';
import { useBoardPage, useBoardState } from './board-context';
import { PAGE_SIZE } from './pages';
import type { Candidate } from './sources/source';
import { useBars } from './use-bars';

const GRID = 'grid min-h-0 flex-1 grid-cols-5 grid-rows-4 gap-2 px-4 py-3';
const DAY = 86_400;

/** The page of candidates: five columns of four, all with as many bars. */
export function CellGrid() {
  const { board } = useBoardPage();
  const page = useBoardState(({ pages, page: at }) => pages[at]);
  const focus = useBoardState((state) => state.focus);
  const later = useBoardState((state) => state.later);
  // Answers are in the charts' records.
  useBoardState((state) => state.version);
  return (
    <ul aria-label="Candidates" className={GRID}>
      {(page ?? []).map((uid) => {
        const candidate = board.candidateOf(uid);
        return candidate ? (
          <Cell
            key={uid}
            candidate={candidate}
            answer={board.answerTo(uid)}
            isLater={later.includes(uid)}
            isFocused={uid === focus}
          />
        ) : null;
      })}
    </ul>
  );
}

function Cell(props: {
  candidate: Candidate;
  answer: string | null | undefined;
  isLater: boolean;
  isFocused: boolean;
}) {
  const { candidate, answer, isLater, isFocused } = props;
  const { board, charts, chartOf, labels, cellBars } = useBoardPage();
  const isOneChart = charts?.size === 1;
  const { uid, chartId, startTime, score, label } = candidate;
  const bars = useBars(charts?.get(chartId)?.reader, candidate, cellBars);
  const { state, icon: Icon, text, color } = verdictOf(labels, label, answer, isLater);
  // As it is read on the cell: a board of one chart says its name once, above.
  const shownName = isOneChart ? '' : (chartOf(chartId)?.name ?? '');
  const when = useTimes(zonedOf(chartId, chartOf(chartId), DAY)).range(startTime, startTime);
  return (
    <li className="min-h-0 min-w-0">
      <button
        type="button"
        aria-label={
          [text, formatScore(score), ...(shownName ? [shownName] : []), when].join(', ') +
          SAYS[state]
        }
        aria-current={isFocused}
        onClick={() => board.look(uid)}
        className={clsx(
          'flex size-full min-w-0 flex-col overflow-hidden rounded-md border text-left hover:border-faint',
          isFocused
            ? 'border-accent ring-1 ring-accent'
            : state === 'yes'
              ? 'border-up/60 bg-up/5'
              : 'border-line',
        )}
      >
        <span className="flex h-6 w-full shrink-0 items-center gap-1.5 px-2 text-xs">
          <Icon size={12} className={clsx('shrink-0', VERDICT_COLOR[state])} />
          <span className="hidden min-[1200px]:contents">
            <Swatch color={color} />
          </span>
          <span className={clsx('min-w-0 flex-1 truncate', state === 'no' && 'text-muted')}>
            {text}
          </span>{' '}
          <span className={clsx('tabular-nums', state === 'no' ? 'text-muted' : 'font-semibold')}>
            {formatScore(score)}
          </span>{' '}
        </span>
        <span className={clsx('flex min-h-0 w-full flex-1', state === 'no' && 'opacity-45')}>
          <WindowCanvas bars={bars} color={color} />
        </span>
        <span className="flex h-5 w-full shrink-0 items-center gap-2 px-2 text-[11px] text-muted">
          <span className="min-w-0 flex-1 truncate">{shownName}</span>{' '}
          <span className="shrink-0 whitespace-nowrap">{when}</span>
        </span>
      </button>
    </li>
  );
}

const SAYS = { open: ', waits', later: ', waits', yes: ', accepted', no: ', rejected' };

/** Frames with the charts' names, while candidates are read. */
export function CellFrames() {
  const { set } = useBoardPage();
  const names = set.charts.flatMap(({ name, open }) => Array<string>(open).fill(name));
  return (
    <ul aria-label="Candidates" aria-busy="true" className={GRID}>
      {(names.length > 0 ? names : Array<string>(PAGE_SIZE).fill(''))
        .slice(0, PAGE_SIZE)
        .map((name, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: frames have nothing else
          <li key={at} className="flex min-h-0 flex-col justify-end rounded-md border border-line">
            <span className="truncate px-2 pb-1 text-[11px] text-muted">{name}</span>
          </li>
        ))}
    </ul>
  );
}
