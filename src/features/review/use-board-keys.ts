'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { keyOf } from '../session/command';
import { isTyping } from '../session/is-typing';
import { useKeys } from '../session/keymap';
import { TaskQueue } from '../session/task-queue';
import { BOARD_COMMANDS, BOARD_KEYS, type BoardCommandId, type BoardContext } from './commands';

function byKey(table: typeof BOARD_COMMANDS) {
  const ids = new Map<string, BoardCommandId[]>();
  for (const [id, { keys }] of Object.entries(table)) {
    for (const key of keys) ids.set(key, [...(ids.get(key) ?? []), id as BoardCommandId]);
  }
  return ids;
}

export type RunBoardCommand = (id: BoardCommandId) => void;

/**
 * The board's commands by key, wherever the focus is but in a field, a menu or a dialog; each in its turn.
 * A key that is held answers once: only arrows repeat.
 */
export function useBoardKeys(context: Omit<BoardContext, 'key'>): RunBoardCommand {
  const latest = useRef(context);
  latest.current = context;
  const [queue] = useState(
    () => new TaskQueue((error) => console.error('A command failed', error)),
  );
  const run = useMemo(() => {
    return (ids: readonly BoardCommandId[], key: string | null) =>
      queue.add(() => {
        const id = ids.find((each) => BOARD_COMMANDS[each].when?.(latest.current, key) ?? true);
        return id && BOARD_COMMANDS[id].run({ ...latest.current, key });
      });
  }, [queue]);

  const table = useKeys(BOARD_COMMANDS, BOARD_KEYS);
  const idsOf = useMemo(() => byKey(table), [table]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const key = keyOf(event);
      const ids = idsOf.get(key);
      if (!ids) return;
      event.preventDefault();
      if (!event.repeat || key.startsWith('arrow')) run(ids, key);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      queue.drop();
    };
  }, [run, queue, idsOf]);

  return useMemo(() => (id) => run([id], null), [run]);
}
