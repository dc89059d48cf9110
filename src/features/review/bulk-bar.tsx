'use client';

import { Button } from '@/components/button';
import { capitalized, formatScore } from '@/components/format';
import { reasonOf } from '../models/rest-above';
import { useBoardCommand, useBoardPage, useBoardState } from './board-context';
import type { BoardCommandId } from './commands';

/** One answer for the rest of the page, and what speaks for it: it waits for answers above the line. */
export function BulkBar() {
  const { board } = useBoardPage();
  useBoardState((state) => state.version);
  const done = useBoardState((state) => state.done);
  useBoardState((state) => state.line);
  useBoardState((state) => state.focus);
  const rest = board.rest();
  const isEmpty = rest.left.length === 0;
  return (
    <section
      aria-label="The rest of the page"
      className="flex min-h-[50px] shrink-0 items-center gap-3 border-line border-t bg-panel px-4 py-1.5"
    >
      <p className="min-w-0 flex-1 leading-[18px]" data-testid="bulk-reason">
        {isEmpty ? (
          'Nothing is left above the line'
        ) : (
          <>
            <span className="block truncate">
              {rest.left.length} left, all at {formatScore(rest.lowest)} or more
            </span>
            <span className="block text-muted text-xs">{reasonOf(rest)}</span>
          </>
        )}
      </p>
      <Line />
      <RestButton command="rejectRest" name="Reject rest" isReady={!isEmpty && rest.answered > 0} />
      <RestButton
        command="acceptRest"
        name={isEmpty ? 'Accept rest' : `Accept the ${rest.left.length} left`}
        isReady={!isEmpty && rest.answered > 0}
        variant="solid"
      />
      <RestButton command="undo" name="Undo" isReady={done.length > 0} />
    </section>
  );
}

/** The score from which on the rest is meant. */
function Line() {
  const { board } = useBoardPage();
  const page = useBoardState(({ pages, page: at }) => pages[at]) ?? [];
  const line = useBoardState((state) => state.line);
  const scores = page.flatMap((uid) => {
    const candidate = board.candidateOf(uid);
    return candidate && board.answerTo(uid) === null ? candidate.score : [];
  });
  if (scores.length < 2) return null;
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return (
    <label className="hidden items-center gap-2 text-muted text-xs min-[1200px]:flex">
      Line
      <input
        type="range"
        className="w-20 accent-(--accent)"
        min={Math.floor(low * 100) / 100}
        max={Math.floor(high * 100) / 100}
        step={0.01}
        value={line ?? low}
        onChange={(event) => board.setLine(Number(event.target.value))}
        // The next key is an answer again.
        onPointerUp={(event) => event.currentTarget.blur()}
      />
    </label>
  );
}

function RestButton(props: {
  command: BoardCommandId;
  name: string;
  isReady: boolean;
  variant?: 'solid';
}) {
  const { command, name, isReady, ...look } = props;
  const { title, shortcut, run } = useBoardCommand(command);
  return (
    <Button
      title={capitalized(title)}
      shortcut={shortcut}
      disabled={!isReady}
      onClick={run}
      {...look}
    >
      {name}
    </Button>
  );
}
