'use client';

import { EyeOff } from 'lucide-react';
import { Button } from '@/components/button';
import { useCommand } from '../session/command-context';
import { useView } from '../session/session';

/** Says that annotations are hidden, as a chart without them looks like one whose labels are gone. */
export function HiddenNotice() {
  const isHidden = useView((state) => state.hidden);
  const show = useCommand('annotations.hide');
  return (
    <div
      role="status"
      className="absolute top-9 left-3 z-10 flex items-center gap-2 rounded-md border border-line bg-panel py-1 pr-1 pl-3 empty:hidden"
    >
      {isHidden && (
        <>
          <EyeOff size={15} className="text-muted" />
          Annotations are hidden
          <Button shortcut={show.shortcut} onClick={show.run}>
            Show
          </Button>
        </>
      )}
    </div>
  );
}
