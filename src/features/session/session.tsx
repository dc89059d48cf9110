'use client';

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { useStore } from 'zustand';
import type { AnnotationType } from '@/contract/annotations';
import type { Chart } from '@/contract/charts';
import type { LabelGroup, SpanLabelType } from '@/contract/spans';
import type { EditorRecord } from '@/editor/kinds/kinds';
import type { Records } from '@/editor/records';
import { trpc } from '@/trpc/client';
import { appHistory } from './app-history';
import type { AskingState } from './asking';
import type { ExaminedState } from './examined-store';
import type { KeyedLabel } from './label-keys';
import { useKeyedLabels } from './label-use';
import { isAnyUnsaved, type OpenSession, openSession } from './open-sessions';
import { selectedRecords } from './selection';
import type { SaveState } from './sync/types';
import { AWAY, type ViewState } from './view-state';

/** One chart open in one window: its records, what is being saved, and how it is looked at. */
export type Session = OpenSession & {
  chart: Chart;
  labels: KeyedLabel[];
  annotationTypes: AnnotationType[];
};

export const SessionContext = createContext<Session | null>(null);

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

export function usePredicting<T>(select: (state: AskingState) => T): T {
  return useStore(useSession().predicting, select);
}

export function useSearching<T>(select: (state: AskingState) => T): T {
  return useStore(useSession().searching, select);
}

export function useRecords(): Records {
  const { editor } = useSession();
  return useSyncExternalStore(editor.subscribe, editor.records, editor.records);
}

/** All that is selected, in the order of time. */
export function useSelection(): EditorRecord[] {
  const session = useSession();
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const selection = useView((state) => state.selection);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read from the session, as commands do
  return useMemo(() => selectedRecords(session), [session, records, selected, selection]);
}

export function useSaveState(): SaveState {
  const { sync } = useSession();
  return useSyncExternalStore(sync.subscribe, sync.state, sync.state);
}

/** The fields of a record that are being typed; null when none are. */
export function useDraft<R extends EditorRecord>({ uid }: R): Partial<R> | null {
  const { sync } = useSession();
  const draft = () => sync.draft(uid) as Partial<R> | null;
  return useSyncExternalStore(sync.subscribe, draft, draft);
}

/** Whether there is something to undo and to redo, on this chart or another one. */
export function useHistory(): { canUndo: boolean; canRedo: boolean } {
  const { subscribe, canUndo, canRedo } = appHistory;
  return {
    canUndo: useSyncExternalStore(subscribe, canUndo, () => false),
    canRedo: useSyncExternalStore(subscribe, canRedo, () => false),
  };
}

/** The browser asks before a page is left whose changes are not saved. */
export function useUnsavedWarning() {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (isAnyUnsaved()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
}

export function SessionProvider(props: {
  chart: Chart;
  labels: SpanLabelType[];
  annotationTypes: AnnotationType[];
  children: ReactNode;
}) {
  const { chart, annotationTypes, children } = props;
  const labels = useKeyedLabels(props.labels);
  const utils = trpc.useUtils();
  const [opened] = useState(() => openSession(chart.id, utils, labels[0]?.name ?? null));
  useUnsavedWarning();
  useGroups(opened, chart.id);

  useEffect(() => {
    return () => {
      // Nobody tells what others do to a chart that is not looked at.
      opened.sync.markStale();
      opened.view.setState({ ...AWAY });
    };
  }, [opened]);

  const session = useMemo(
    () => ({ chart, labels, annotationTypes, ...opened }),
    [chart, labels, annotationTypes, opened],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

const NO_GROUPS: LabelGroup[] = [];

/** How soon what others do to the label set shows: no chart tells of it. */
export const LABELS_MS = 15_000;

/** Keeps the groups at hand, and where one has a rule, who of the authors one is oneself. */
export function useGroups({ authors, groups: known }: OpenSession, chartId: number) {
  const { data: groups = NO_GROUPS } = trpc.spans.groups.useQuery(undefined, {
    refetchInterval: LABELS_MS,
  });
  const enabled = groups.some(({ overlap }) => overlap !== 'allow');
  const people = trpc.spans.authors.useQuery({ chartId }, { enabled });
  useEffect(() => {
    known.current = groups;
  }, [known, groups]);
  useEffect(() => {
    authors.noteYou(people.data?.find(({ isYou }) => isYou)?.id ?? null);
  }, [authors, people.data]);
}
