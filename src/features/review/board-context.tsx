'use client';

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Chart } from '@/contract/charts';
import { type Command, keysTextOf } from '../session/command';
import { useKeys } from '../session/keymap';
import type { KeyedLabel } from '../session/label-keys';
import type { BoardState } from './board';
import { BOARD_COMMANDS, BOARD_KEYS, type BoardCommandId } from './commands';
import type { ReviewSet, ReviewSource } from './sources/source';
import type { BoardData } from './use-board';
import type { RunBoardCommand } from './use-board-keys';

/** What the parts of the board's page share. */
export type BoardPage = BoardData & {
  source: ReviewSource;
  set: ReviewSet;
  labels: readonly KeyedLabel[];
  chartOf(chartId: number): Chart | undefined;
  run: RunBoardCommand;
};

const BoardContext = createContext<BoardPage | null>(null);
export const BoardProvider = BoardContext.Provider;

export function useBoardPage(): BoardPage {
  const page = useContext(BoardContext);
  if (!page) throw new Error('useBoardPage outside of a board');
  return page;
}

export function useBoardState<T>(select: (state: BoardState) => T): T {
  return useStore(useBoardPage().board.state, select);
}

/** One command as a button shows it. */
export function useBoardCommand(id: BoardCommandId): Pick<Command, 'title' | 'hint'> & {
  shortcut: string | undefined;
  run(): void;
} {
  const { board, labels, run } = useBoardPage();
  const command = useKeys(BOARD_COMMANDS, BOARD_KEYS)[id];
  const { title, hint } = command;
  return {
    title,
    ...(hint === undefined ? {} : { hint }),
    shortcut: keysTextOf(command, { board, labels }) ?? undefined,
    run: () => run(id),
  };
}
