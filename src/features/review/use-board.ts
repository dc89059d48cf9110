'use client';

import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { MAX_MEASURED, MAX_MEASURED_BARS } from '@/contract/candles';
import type { Chart } from '@/contract/charts';
import { ANSWERS_PER_RANKING } from '@/contract/searches';
import type { Diff } from '@/editor/diff';
import { trpc } from '@/trpc/client';
import { followChart } from '../session/follow-chart';
import type { OpenSession } from '../session/open-sessions';
import { type Board, createBoard } from './board';
import { PAGE_SIZE } from './pages';
import type { Candidate, Client, Order, ReviewSet, ReviewSource, SourceId } from './sources/source';
import { type BoardCharts, useBoardCharts } from './use-board-charts';
import { countsOf, SETS_KEY } from './use-sets';

/** Bars of a cell, so that all have one scale of time; with longer candidates all have more. */
const CELL_BARS = 56;
/** As many times the bars of a cell are in the big chart. */
const WIDE = 1.5;
/** The longest candidate takes at most this part of a cell. */
const MAX_SHARE = 0.66;

const CANDIDATES_KEY = ['review', 'candidates'];

export type BoardData = {
  board: Board;
  charts: BoardCharts | null;
  /** The candidates have been read. */
  isReady: boolean;
  /** What could not be read. */
  problem: string | null;
  cellBars: number;
  wideBars: number;
};

type Wanted = {
  sourceId: SourceId;
  source: ReviewSource;
  set: ReviewSet;
  /** Null stands for all charts. */
  chartId: number | null;
  order: Order;
  timeframeOf(chartId: number): number | null;
  /** Why what an answer would change on a chart may not be. */
  refusalOf(chartId: number, session: OpenSession, diff: Diff): string | null;
};

/** A set's candidates on the board; use it with a key for each set. */
export function useBoard(wanted: Wanted): BoardData {
  const { sourceId, source, set, chartId, order, timeframeOf, refusalOf } = wanted;
  const { client } = trpc.useUtils();
  const chartIds = set.charts.flatMap(({ chartId: id, open, yes, no }) =>
    open + yes + no > 0 ? id : [],
  );
  const charts = useBoardCharts(chartIds);
  const reads = useQueries({
    queries: chartIds.map((id) => ({
      queryKey: [...CANDIDATES_KEY, sourceId, id, set.version],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const session = charts?.get(id)?.session;
        if (!session) return null;
        await session.sync.read();
        await source.load(client, session, id, set, signal);
        const candidates = source.candidates(session.editor.records(), set);
        return await readLongest(client, id, candidates, timeframeOf(id));
      },
      enabled: charts?.has(id) ?? false,
      placeholderData: () => undefined,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    })),
    combine: (results) => ({
      isRead: results.every(({ data, error }) => data !== undefined || error !== null),
      longest: results.map(({ data }) => data ?? 0),
      problem: results.find(({ error }) => error !== null)?.error?.message ?? null,
    }),
  });
  const isRead = reads.isRead && charts !== null;

  const scale = useRef({ cell: CELL_BARS, wide: CELL_BARS * WIDE });
  const latest = useRef(charts);
  latest.current = charts;
  const rules = useRef(refusalOf);
  rules.current = refusalOf;
  const [board] = useState(() => {
    const chartOf = (id: number) => {
      const chart = latest.current?.get(id);
      if (!chart) throw new Error(`chart ${id} is not on the board`);
      return chart;
    };
    return createBoard({
      source,
      sessionOf: (id) => chartOf(id).session,
      refusalOf: (id, diff) => rules.current(id, chartOf(id).session, diff),
      windowOf: ({ chartId: id, startTime, endTime }) =>
        chartOf(id).reader.peek(startTime, endTime, scale.current.wide),
    });
  });

  const arrangement = `${chartId} ${order.name}`;
  const arranged = useRef('');
  const [ready, setReady] = useState({ cell: CELL_BARS, isReady: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew when other candidates are there
  useEffect(() => {
    if (!isRead || !charts) return;
    const found = [...charts.values()].flatMap(({ session }) =>
      source.candidates(session.editor.records(), set),
    );
    const candidates = found
      .filter((candidate) => chartId === null || candidate.chartId === chartId)
      .sort(order.compare(set));
    const isAnother = arranged.current !== arrangement;
    // A new ranking must not change the scale of the cells in sight.
    if (isAnother || board.all().length === 0) {
      const isShown = (at: number) => chartId === null || chartIds[at] === chartId;
      scale.current = scaleOf(Math.max(0, ...reads.longest.filter((_, at) => isShown(at))));
    }
    arranged.current = arrangement;
    if (isAnother) board.restart(candidates);
    else board.setCandidates(candidates);
    setReady({ cell: scale.current.cell, isReady: true });
  }, [isRead, charts, set.version, arrangement]);

  useEffect(() => {
    const stops = [...(charts?.values() ?? [])].map(({ session }) =>
      session.editor.subscribe(board.touch),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [charts, board]);

  return {
    board,
    charts,
    isReady: ready.isReady,
    problem: reads.problem,
    cellBars: ready.cell,
    wideBars: ready.cell * WIDE,
  };
}

/** The bars of the longest candidate, of those that are too long for a cell as it is. */
async function readLongest(
  client: Client,
  chartId: number,
  candidates: readonly Candidate[],
  timeframe: number | null,
): Promise<number> {
  const room = CELL_BARS * MAX_SHARE * (timeframe ?? Number.POSITIVE_INFINITY);
  const seconds = ({ startTime, endTime }: Candidate) => endTime - startTime;
  // Nights and weekends in it are no bars: of these the candles tell.
  const long = candidates
    .filter((candidate) => seconds(candidate) >= room)
    .sort((a, b) => seconds(b) - seconds(a))
    .slice(0, MAX_MEASURED);
  if (long.length === 0) return 0;
  const ranges = long.map(({ startTime, endTime }) => ({ startTime, endTime }));
  const measured = await client.candles.measure.query({ chartId, ranges });
  return Math.max(...measured.map(({ bars }) => bars ?? MAX_MEASURED_BARS));
}

/** One for all cells, in bars. */
function scaleOf(longest: number) {
  const cell = Math.max(CELL_BARS, Math.ceil(longest / MAX_SHARE));
  return { cell, wide: cell * WIDE };
}

/** Nothing was changed for so long before candidates are read again. */
const QUIET_MS = 1_000;

/** Shows what other windows and people do to the charts of the board, their answers among it. */
export function useOthersAnswers(
  sourceId: SourceId,
  set: ReviewSet,
  charts: BoardCharts | null,
  chartOf: (chartId: number) => Pick<Chart, 'id' | 'rev' | 'dataRev'> | undefined,
) {
  const utils = trpc.useUtils();
  const queries = useQueryClient();
  const latest = useRef(chartOf);
  latest.current = chartOf;
  useEffect(() => {
    const timers = new Map<number, ReturnType<typeof setTimeout>>();
    const readSoon = (id: number, session: OpenSession) => {
      clearTimeout(timers.get(id));
      const read = () => {
        if (session.sync.state().waiting > 0) return readSoon(id, session);
        void queries.invalidateQueries({ queryKey: [...CANDIDATES_KEY, sourceId, id] });
        void queries.invalidateQueries({ queryKey: SETS_KEY });
      };
      timers.set(id, setTimeout(read, QUIET_MS));
    };
    const stops = [...(charts ?? [])].flatMap(([id, { session }]) => {
      const chart = latest.current(id);
      return chart
        ? followChart({ chart, session, utils, onChange: () => readSoon(id, session) })
        : [];
    });
    return () => {
      for (const stop of stops) stop();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [charts, sourceId, utils, queries]);

  // An answer that changes no span is no revision, which nobody is told of: the counts tell it.
  const counted = useRef(set.charts);
  useEffect(() => {
    for (const now of set.charts) {
      const before = counted.current.find(({ chartId }) => chartId === now.chartId);
      const waiting = charts?.get(now.chartId)?.session.sync.state().waiting ?? 0;
      if (waiting > 0 || (before?.yes === now.yes && before.no === now.no)) continue;
      void queries.invalidateQueries({ queryKey: [...CANDIDATES_KEY, sourceId, now.chartId] });
    }
    counted.current = set.charts;
  }, [set.charts, charts, sourceId, queries]);
}

/** Counts anew once answers are saved, and has the order learn from each ten of them. */
export function useRanking(source: ReviewSource, set: ReviewSet, board: Board, waiting: number) {
  const utils = trpc.useUtils();
  const { client } = utils;
  const queries = useQueryClient();
  const isSaved = waiting === 0;
  useEffect(() => {
    if (!isSaved) return;
    void queries.invalidateQueries({ queryKey: SETS_KEY });
    void utils.searches.all.invalidate();
    void utils.runs.waiting.invalidate();
  }, [isSaved, queries, utils]);

  const { yes, no } = countsOf(set, null);
  const due = Math.floor((yes + no) / ANSWERS_PER_RANKING);
  const isDue =
    source.rank !== undefined &&
    set.state === 'ready' &&
    isSaved &&
    set.rankedAt !== null &&
    due > Math.floor(set.rankedAt / ANSWERS_PER_RANKING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each ten answers
  useEffect(() => {
    if (!isDue || !source.rank) return;
    source
      .rank(client, set, board.kept())
      // Without a new order the old one stays, and the next ten answers ask again.
      .catch((error) => console.warn('No new order', error))
      .finally(() => void queries.invalidateQueries({ queryKey: SETS_KEY }));
  }, [isDue, due]);
}

/** Candles of the next page come before it is turned. */
export function usePrefetch({ board, charts, cellBars }: BoardData, page: number) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page
  const upcoming = useMemo(() => board.upcoming(PAGE_SIZE), [board, charts, page]);
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const { chartId, startTime, endTime } of upcoming) {
        void charts?.get(chartId)?.reader.barsAround(startTime, endTime, cellBars);
      }
    }, 1_000);
    return () => clearTimeout(timer);
  }, [upcoming, charts, cellBars]);
}
