'use client';

import { Button } from '@/components/button';
import { useCommand } from '../session/command-context';

/** From what is proposed on the chart to the board where it is gone through. */
export function BoardButton() {
  const { title, shortcut, run } = useCommand('review.board');
  return (
    <Button title={title} shortcut={shortcut} onClick={run}>
      Review board
    </Button>
  );
}
