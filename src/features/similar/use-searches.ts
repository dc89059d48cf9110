'use client';

import { useEffect } from 'react';
import { ANSWERS_PER_RANKING, type Search } from '@/contract/searches';
import { predictionsOf } from '@/editor/derived';
import { trpc } from '@/trpc/client';
import { goToReview } from '../models/go-to-review';
import { isActive } from '../models/use-runs';
import { useChart } from '../session/chart-context';
import { type Session, useRecords, useSaveState, useSession, useView } from '../session/session';
import { nextCandidates } from './find-similar';

const BUSY_MS = 200;
const IDLE_MS = 15_000;

/** Searches that the chart is part of, newest first; asked for often while one is under way. */
export function useSearches() {
  const { chart } = useSession();
  return trpc.searches.list.useQuery(
    { chartId: chart.id },
    {
      refetchInterval: ({ state }) =>
        state.data?.some(({ status }) => isActive({ status, stage: null })) ? BUSY_MS : IDLE_MS,
    },
  );
}

/** The search whose candidates are on the chart. */
export function useShownSearch(): Search | undefined {
  const runId = useView((state) => state.runId);
  const isSearch = useView((state) => state.bestFirst);
  const searches = useSearches();
  return isSearch ? searches.data?.find(({ id }) => id === runId) : undefined;
}

/** Reads candidates once they are found, and counts again once answers are saved. */
export function useSearchResults() {
  const session = useSession();
  const { chart } = session;
  const chartView = useChart();
  const utils = trpc.useUtils();
  const search = useShownSearch();
  const { id, finishedAt } = search ?? {};
  useEffect(() => {
    if (id !== undefined && finishedAt != null) {
      void utils.predictions.list.invalidate({ chartId: chart.id, runId: id });
    }
  }, [chart.id, id, finishedAt, utils]);

  const { waiting } = useSaveState();
  useEffect(() => {
    if (id !== undefined && waiting === 0) {
      void utils.searches.list.invalidate({ chartId: chart.id });
    }
  }, [chart.id, id, waiting, utils]);

  useRankings(search);

  // The first candidate is selected, so that the next key answers it.
  const records = useRecords();
  const hasCandidates =
    id !== undefined &&
    predictionsOf(records).some(({ runId, status }) => runId === id && status === 'new');
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each search
  useEffect(() => {
    if (!search || !hasCandidates || !chartView) return;
    if (session.view.getState().stayAt === search.id) return;
    if (isAtExample(session, search)) void goToReview(session, chartView, 1);
  }, [id, hasCandidates, chartView]);
}

/** Has the candidates ranked anew after each ten answers; those that come next stay where they are. */
function useRankings(search: Search | undefined) {
  const session = useSession();
  const { chart, view } = session;
  const { waiting } = useSaveState();
  const utils = trpc.useUtils();
  const rank = trpc.searches.rank.useMutation({
    onSettled: () => utils.searches.list.invalidate({ chartId: chart.id }),
  });
  const answers = search?.charts.reduce((sum, { yes, no }) => sum + yes + no, 0) ?? 0;
  const isDue =
    search?.status === 'succeeded' &&
    waiting === 0 &&
    Math.floor(answers / ANSWERS_PER_RANKING) > Math.floor(search.answers / ANSWERS_PER_RANKING);
  const due = isDue ? Math.floor(answers / ANSWERS_PER_RANKING) : null;
  const { isPending, mutate } = rank;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each ten answers
  useEffect(() => {
    if (due === null || isPending || !search) return;
    const next = nextCandidates(session);
    const answered = predictionsOf(session.editor.records()).filter(
      ({ status }) => status !== 'new',
    );
    view.setState({ shown: [...answered, ...next].map(({ uid }) => uid) });
    mutate({ chartId: chart.id, runId: search.id, keep: next.map(({ id }) => id) });
  }, [due]);
}

/** Whether nothing else has been selected since the search was asked for. */
function isAtExample({ editor, view }: Session, { query }: Search): boolean {
  const { selected } = view.getState();
  const record = selected === null ? undefined : editor.get(selected);
  return (
    record === undefined ||
    (record.kind === 'span' &&
      record.startTime === query.startTime &&
      record.endTime === query.endTime)
  );
}
