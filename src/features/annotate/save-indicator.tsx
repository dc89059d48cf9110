'use client';

import { clsx } from 'clsx';
import { Button } from '@/components/button';
import { useSaveState, useSession } from '../session/session';

/** Whether what a person did is in the database, and what they can do when it is not. */
export function SaveIndicator() {
  const { queue } = useSession();
  const { loaded, waiting, saving, problem, conflicts } = useSaveState();
  const changes = waiting === 1 ? '1 change' : `${waiting} changes`;
  const text = problem
    ? `${changes} not saved`
    : conflicts.length > 0
      ? `${conflicts.length} in conflict`
      : waiting > 0 || saving
        ? 'Saving…'
        : loaded
          ? 'All changes saved'
          : 'Reading annotations…';
  const dot = problem ? 'bg-down' : waiting > 0 || !loaded ? 'bg-warning' : 'bg-up';
  return (
    <div
      role="status"
      data-testid="save-state"
      title={problem?.message}
      className="mr-1 flex items-center gap-2 whitespace-nowrap text-muted text-xs"
    >
      <span className={clsx('size-[7px] shrink-0 rounded-full', dot)} />
      {text}
      {problem && (
        <>
          <span className="max-w-72 truncate text-down">{problem.message}</span>
          <Button onClick={queue.retry}>Try now</Button>
          {problem.final && <Button onClick={queue.discard}>Discard</Button>}
        </>
      )}
    </div>
  );
}
