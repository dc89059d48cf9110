'use client';

import { clsx } from 'clsx';
import { Kbd } from '@/components/kbd';
import { Services } from '../pages/services';
import { useService } from '../pages/use-service';
import { progressText, rankingText } from '../similar/progress';
import { useBoardCommand, useBoardPage, useBoardState } from './board-context';
import type { BoardCommandId } from './commands';
import type { ReviewSet } from './sources/source';

const HINTS: BoardCommandId[] = ['accept', 'reject', 'back', 'keys'];

export function BoardStatus() {
  const { set } = useBoardPage();
  const refusal = useBoardState((state) => state.refusal);
  const isServed = useService().data?.connected !== false;
  return (
    <footer className="flex h-6 shrink-0 items-center gap-5 border-line border-t bg-panel px-4 text-muted text-xs">
      <span
        className={clsx('min-w-0 flex-1 truncate', refusal !== null && 'text-warning')}
        role="status"
        data-testid="board-progress"
        title={refusal ?? undefined}
      >
        {refusal ?? textsOf(set, isServed).join(' · ')}
      </span>
      <span className="hidden items-center gap-2 min-[1200px]:flex">
        <span className="flex items-center gap-1">
          <Kbd>←</Kbd> <Kbd>↑</Kbd> <Kbd>↓</Kbd> <Kbd>→</Kbd> move
        </span>
        {HINTS.map((id) => (
          <Hint key={id} id={id} />
        ))}
      </span>
      <Services />
    </footer>
  );
}

function textsOf({ charts, latest, rankedAt, state }: ReviewSet, isServed: boolean): string[] {
  const progress = latest && progressText({ charts, latest });
  const ranking =
    rankedAt === null
      ? null
      : isServed
        ? rankingText({ charts, rankedAt, isRanking: state === 'finding' })
        : 'No model service is connected: a new ranking waits for one';
  return [progress, ranking].filter((text) => typeof text === 'string');
}

function Hint({ id }: { id: BoardCommandId }) {
  const { hint, shortcut, title, run } = useBoardCommand(id);
  return (
    <button
      type="button"
      title={title}
      className="flex items-center gap-1 hover:text-text"
      onClick={run}
    >
      <Kbd>{shortcut}</Kbd> {hint}
    </button>
  );
}
