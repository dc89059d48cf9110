'use client';

import { TRPCClientError } from '@trpc/client';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { CandleSource } from '@/chart/types';
import type { AnnotationType } from '@/contract/annotations';
import type { Gap } from '@/contract/candles';
import type { Chart } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { createEditor, type Editor } from '@/editor/editor';
import type { Records } from '@/editor/records';
import { isPassing, reasonOf, trpc } from '@/trpc/client';
import { createExamined, type Examined, type ExaminedState } from './examined-store';
import { localKeep } from './local-keep';
import { createSaveQueue, type Failure, type SaveQueue, type SaveState } from './save-queue';
import { createViewState, type ViewState } from './view-state';

/** One chart open in one window: its records, what is being saved, and how it is looked at. */
export type Session = {
  chart: Chart;
  labels: SpanLabelType[];
  annotationTypes: AnnotationType[];
  editor: Editor;
  queue: SaveQueue;
  /** What people have looked at. */
  examined: Examined;
  view: StoreApi<ViewState>;
  /** The chart's candles, through the typed client. */
  candles: CandleSource;
  findGaps(): Promise<Gap[]>;
};

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** A part of how the chart is looked at; the component renders again only when that part changes. */
export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useSession().view, select);
}

export function useExamined<T>(select: (state: ExaminedState) => T): T {
  return useStore(useSession().examined, select);
}

export function useRecords(): Records {
  const { editor } = useSession();
  return useSyncExternalStore(editor.subscribe, editor.records, editor.records);
}

export function useSaveState(): SaveState {
  const { queue } = useSession();
  return useSyncExternalStore(queue.subscribe, queue.state, queue.state);
}

/** Whether there is something to undo and to redo. */
export function useHistory(): { canUndo: boolean; canRedo: boolean } {
  const { editor } = useSession();
  const canUndo = useSyncExternalStore(editor.subscribe, editor.canUndo, () => false);
  const canRedo = useSyncExternalStore(editor.subscribe, editor.canRedo, () => false);
  return { canUndo, canRedo };
}

/** Why a save failed, in the words of the save queue. */
function explain(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isPassing(error)) return { type: 'passing', message: reasonOf(error) };
  if (error instanceof TRPCClientError) {
    const { conflicts } = (error.data ?? {}) as { conflicts?: [] };
    if (conflicts) return { type: 'conflict', conflicts };
    return { type: 'refused', message };
  }
  return { type: 'passing', message };
}

export function SessionProvider(props: {
  chart: Chart;
  labels: SpanLabelType[];
  annotationTypes: AnnotationType[];
  children: ReactNode;
}) {
  const { chart, labels, annotationTypes, children } = props;
  const { client, candles: cached } = trpc.useUtils();
  const [parts] = useState(() => {
    const editor = createEditor();
    const chartId = chart.id;
    const queue = createSaveQueue({
      editor,
      keep: localKeep(chartId),
      explain,
      transport: {
        applySpans: (diff) => client.spans.save.mutate({ chartId, diff }),
        applyAnnotations: (diff) => client.annotations.save.mutate({ chartId, diff }),
        review: (reviews, diff) => client.predictions.review.mutate({ chartId, reviews, diff }),
      },
    });
    const examined = createExamined({
      editor,
      isPassing,
      transport: {
        mark: (bars, source) => client.examined.mark.mutate({ chartId, source, ...bars }),
        unmark: (bars) => client.examined.unmark.mutate({ chartId, ...bars }),
        revert: (rev) => client.examined.revert.mutate({ chartId, rev }),
      },
    });
    const candles: CandleSource = {
      pyramid: () => client.candles.pyramid.query({ chartId }),
      tiles: (query) => client.candles.tiles.query({ chartId, ...query }),
      locate: async (query) => (await client.candles.locate.query({ chartId, ...query })).bar,
    };
    const findGaps = async () =>
      (await cached.gaps.fetch({ chartId }, { staleTime: Number.POSITIVE_INFINITY })).gaps;
    return {
      editor,
      queue,
      examined,
      view: createViewState(labels[0]?.name ?? null),
      candles,
      findGaps,
    };
  });

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      const isUnsaved =
        parts.queue.state().waiting > 0 || parts.examined.getState().pending.length > 0;
      if (isUnsaved) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [parts]);

  const session = useMemo(
    () => ({ chart, labels, annotationTypes, ...parts }),
    [chart, labels, annotationTypes, parts],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
