'use client';

import { clsx } from 'clsx';
import { Button } from '@/components/button';
import { useExamined, useSaveState, useSession } from '../session/session';
import type { SaveState } from '../session/sync/types';

/** Whether what a person did on the chart is in the database, and what they can do when it is not. */
export function SaveIndicator() {
  const { sync } = useSession();
  const saved = useSaveState();
  // Ranges have a store of their own; to a person, all of it is one.
  const ranges = useExamined(({ pending }) => pending.length);
  const areKept = useExamined(({ kept }) => kept);
  const refusal = useExamined(({ problem }) => problem);
  const state = {
    ...saved,
    waiting: saved.waiting + ranges,
    kept: saved.kept && areKept,
    // A record that is refused by itself holds back no range.
    notSaved: saved.notSaved + (saved.refused.length > 0 ? 0 : ranges),
    problem:
      saved.problem ?? (refusal !== null && ranges > 0 ? { message: refusal, final: false } : null),
  };
  return <SaveLine state={state} onRetry={sync.retry} onDiscard={sync.discard} />;
}

export function SaveLine(props: { state: SaveState; onRetry: () => void; onDiscard: () => void }) {
  const { state, onRetry, onDiscard } = props;
  const { problem, late } = state;
  return (
    <div
      role="status"
      aria-label="Saving"
      data-testid="save-state"
      title={problem?.message}
      className="mr-1 ml-2 flex min-w-0 items-center gap-2 whitespace-nowrap text-muted text-xs"
    >
      <span className={clsx('size-[7px] shrink-0 rounded-full', dotOf(state))} />
      {textOf(state)}
      {problem && <span className="min-w-0 max-w-72 truncate text-down">{problem.message}</span>}
      {(problem || late) && <Button onClick={onRetry}>Try now</Button>}
      {problem?.final && <Button onClick={onDiscard}>Discard</Button>}
    </div>
  );
}

export function textOf({
  loaded,
  waiting,
  saving,
  late,
  kept,
  problem,
  notSaved,
  conflicts,
}: SaveState): string {
  const count = problem ? notSaved : waiting;
  const changes = count === 1 ? '1 change' : `${count} changes`;
  const risk = kept ? '' : ', and lost with this page';
  if (problem) return `${changes} not saved${risk}`;
  if (conflicts.length > 0) return `${conflicts.length} in conflict`;
  if (late) return `Still saving ${changes}: no answer yet${risk}`;
  if (waiting > 0 || saving) return 'Saving…';
  return loaded ? 'All changes saved' : 'Reading annotations…';
}

function dotOf({ loaded, waiting, problem }: SaveState): string {
  if (problem) return 'bg-down';
  return waiting > 0 || !loaded ? 'bg-warning' : 'bg-up';
}
