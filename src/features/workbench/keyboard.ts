'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { keyOf } from '../session/command';
import type { Commands } from '../session/command-context';
import { isTyping } from '../session/is-typing';
import { useKeys } from '../session/keymap';
import type { Session } from '../session/session';
import { TaskQueue } from '../session/task-queue';
import { createRunner } from './commands/run';
import { COMMANDS } from './commands/table';

/** What the commands of a chart are kept by, where somebody gives them other keys. */
export const CHART_KEYS = 'chart.';

/** Whether it presses the button or the link that has the focus. */
const isPressed = ({ key, target }: KeyboardEvent) =>
  key === 'Enter' && target instanceof Element && target.closest('a, button') !== null;

/** The workbench's commands, by key wherever the focus is but in a field, a menu or a dialog. */
export function useWorkbenchCommands(session: Session, chart: ChartView | null): Commands {
  const router = useRouter();
  const latest = useRef({ session, chart, router });
  latest.current = { session, chart, router };
  const [queue] = useState(
    () => new TaskQueue((error) => console.error('A command failed', error)),
  );
  const table = useKeys(COMMANDS, CHART_KEYS);
  const runner = useMemo(
    () =>
      createRunner({
        table,
        queue,
        session: () => latest.current.session,
        chart: () => latest.current.chart,
        navigate: (path) => latest.current.router.push(path),
      }),
    [queue, table],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (isPressed(event)) return;
      // Text that is marked on the page is the browser's to copy.
      if (keyOf(event) === 'ctrl+c' && document.getSelection()?.isCollapsed === false) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (runner.press(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      queue.drop();
    };
  }, [runner, queue]);

  return useMemo(() => ({ table, run: runner.run, queue }), [table, runner, queue]);
}
