'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Tooltip } from '@/components/tooltip';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { useSelection, useView } from '../session/session';

/** Which of several is inspected, and the way to the others. */
export function AnchorSteps() {
  const records = useSelection();
  const selected = useView((state) => state.selected);
  if (records.length < 2) return null;
  const at = records.findIndex(({ uid }) => uid === selected);
  return (
    <span className="flex shrink-0 items-center text-muted text-xs tabular-nums">
      {at + 1} of {records.length}
      <Step command="anchor.previous" icon={<ChevronLeft size={15} />} />
      <Step command="anchor.next" icon={<ChevronRight size={15} />} />
    </span>
  );
}

function Step({ command, icon }: { command: CommandId; icon: ReactNode }) {
  const { title, shortcut, run } = useCommand(command);
  return (
    <Tooltip text={title} shortcut={shortcut}>
      <button
        type="button"
        aria-label={title}
        onClick={run}
        className="rounded-md p-1 hover:bg-raised hover:text-text"
      >
        {icon}
      </button>
    </Tooltip>
  );
}
