'use client';

import { createContext, useContext } from 'react';
import { type Command, type CommandId, type CommandTable, keysTextOf } from './command';
import { useSession } from './session';
import type { TaskQueue } from './task-queue';

export type Commands = {
  table: CommandTable;
  /** Runs it in its turn, after what keys and buttons have asked for before. */
  run(id: CommandId): void;
  queue: Pick<TaskQueue, 'subscribe' | 'lateCount'>;
};

export const CommandsContext = createContext<Commands | null>(null);

/** The table of commands, for what is drawn from it. */
export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('useCommands outside of a workbench');
  return commands;
}

/** One command as a button shows it. */
export function useCommand(id: CommandId): Pick<Command, 'title' | 'hint'> & {
  shortcut: string | undefined;
  run(): void;
} {
  const { table, run } = useCommands();
  const session = useSession();
  const command = table[id];
  const { title, hint } = command;
  return {
    title,
    ...(hint === undefined ? {} : { hint }),
    shortcut: keysTextOf(command, session) ?? undefined,
    run: () => run(id),
  };
}

/** The key that stands on a button; undefined for what has none. */
export function useShortcut(id: CommandId | null): string | undefined {
  const { table } = useCommands();
  const session = useSession();
  return id ? (keysTextOf(table[id], session) ?? undefined) : undefined;
}
