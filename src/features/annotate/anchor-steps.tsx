'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useSelection, useView } from '../session/session';
import { CommandIcon } from './head-icons';

/** Which of several is inspected, and the way to the others. */
export function AnchorSteps() {
  const records = useSelection();
  const selected = useView((state) => state.selected);
  if (records.length < 2) return null;
  const at = records.findIndex(({ uid }) => uid === selected);
  return (
    <span className="flex shrink-0 items-center text-muted text-xs tabular-nums">
      {at + 1} of {records.length}
      <CommandIcon command="anchor.previous" icon={ChevronLeft} />
      <CommandIcon command="anchor.next" icon={ChevronRight} />
    </span>
  );
}
