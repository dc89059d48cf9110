'use client';

import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { formatScore } from '@/components/format';
import { Notice } from '@/components/notice';
import type { Chart } from '@/contract/charts';
import { SaveLine } from '../annotate/save-indicator';
import { PageBar } from '../pages/page-bar';
import { KeysDialog } from '../session/keys-dialog';
import type { KeyedLabel } from '../session/label-keys';
import { labelStyle } from '../session/label-style';
import type { OpenSession } from '../session/open-sessions';
import { refusalOfDiff } from '../session/overlaps';
import { useGroups } from '../session/session';
import { useTimes, zonedOf } from '../session/time-zone';
import type { BoardPlace } from './address';
import { AllAnswered, Finding } from './all-answered';
import { BoardConflicts } from './board-conflicts';
import { type BoardPage, BoardProvider, useBoardPage, useBoardState } from './board-context';
import { BoardStatus } from './board-status';
import { BulkBar } from './bulk-bar';
import { CellFrames, CellGrid } from './cell-grid';
import { BOARD_COMMANDS, BOARD_KEYS } from './commands';
import { EffortStrip } from './effort-strip';
import { FocusedPanel } from './focused-panel';
import { SourceTabs } from './source-tabs';
import type { Candidate, ReviewSet } from './sources/source';
import { SOURCES } from './sources/sources';
import { TrainButton } from './train-button';
import { useBoard, useOthersAnswers, usePrefetch, useRanking } from './use-board';
import { useSaving } from './use-board-charts';
import { useBoardKeys } from './use-board-keys';
import type { Counts, SourceSets } from './use-sets';

type Props = {
  all: readonly SourceSets[];
  shown: SourceSets;
  set: ReviewSet;
  /** Null stands for all charts. */
  chartId: number | null;
  charts: readonly Chart[];
  labels: readonly KeyedLabel[];
  go(to: Partial<BoardPlace>): void;
};

/** The board of one set. */
export function BoardView(props: Props) {
  const { all, shown, set, charts, labels, go } = props;
  const router = useRouter();
  const source = SOURCES[shown.id];
  const [order, setOrder] = useState(source.orders[0]);
  const [isKeySheetOpen, setIsKeySheetOpen] = useState(false);
  const byId = useMemo(() => new Map(charts.map((chart) => [chart.id, chart])), [charts]);
  const chartOf = (id: number) => byId.get(id);
  const isOn = ({ open, yes, no }: Counts) => open + yes + no > 0;
  const own = set.charts.find((each) => each.chartId === props.chartId && isOn(each));
  const chartId = own?.chartId ?? null;
  const data = useBoard({
    sourceId: shown.id,
    source,
    set,
    chartId,
    order,
    timeframeOf: (id) => byId.get(id)?.timeframe ?? null,
    refusalOf(id, session, diff) {
      const chart = byId.get(id);
      return chart ? refusalOfDiff({ ...session, chart, labels }, diff) : null;
    },
  });
  const { board, wideBars, isReady } = data;
  const saving = useSaving(data.charts);
  useRanking(source, set, board, saving.waiting);
  useOthersAnswers(shown.id, set, data.charts, chartOf);
  const focus = useStore(board.state, (state) => state.focus);
  const page = useStore(board.state, (state) => state.page);
  useStore(board.state, (state) => state.version);
  usePrefetch(data, page);

  const focused = focus === null ? undefined : board.candidateOf(focus);
  const chartOfFocus = focused && data.charts?.get(focused.chartId);
  const run = useBoardKeys({
    board,
    labels,
    loaded() {
      if (!focused || !chartOfFocus) return;
      const { startTime, endTime } = focused;
      const { reader } = chartOfFocus;
      if (reader.peek(startTime, endTime, wideBars)) return;
      return reader.barsAround(startTime, endTime, wideBars).then(() => {});
    },
    openChart() {
      if (!focused || !chartOfFocus) return;
      const { view } = chartOfFocus.session;
      view.setState({
        runId: set.id,
        bestFirst: shown.id === 'similar',
        minScore: set.threshold,
      });
      const selected = encodeURIComponent(focused.uid);
      const link = `panel=models&selected=${selected}&${timesAround(focused)}`;
      router.push(`/charts/${focused.chartId}?${link}`);
    },
    showKeys: () => setIsKeySheetOpen(true),
  });

  const value: BoardPage = { ...data, source, set, labels, chartOf, run };
  const each = (does: 'retry' | 'discard') => () => {
    for (const { session } of data.charts?.values() ?? []) session.sync[does]();
  };
  return (
    <BoardProvider value={value}>
      <PageBar>
        <SaveLine state={saving} onRetry={each('retry')} onDiscard={each('discard')} />
        {focused && <TrainButton />}
      </PageBar>
      <SourceTabs
        {...{ all, shown, set, chartId, labels, order, go }}
        candidates={board.all()}
        counts={board.counts()}
        onOrder={setOrder}
      />
      {data.problem && (
        <div className="p-2">
          <Notice tone="error">Some candidates can’t be read: {data.problem}</Notice>
        </div>
      )}
      <main className="grid min-h-0 flex-1 grid-cols-[minmax(0,872fr)_minmax(380px,568fr)]">
        <div className="flex min-h-0 min-w-0 flex-col">
          {focused && <h1 className="sr-only">Review</h1>}
          <EffortStrip />
          {!isReady || (set.state === 'finding' && board.all().length === 0) ? (
            <>
              <Finding />
              <CellFrames />
            </>
          ) : focused ? (
            <CellGrid />
          ) : (
            <AllAnswered />
          )}
          <BulkBar />
        </div>
        {focused ? (
          <FocusedPanel candidate={focused} />
        ) : (
          <div className="border-line border-l bg-panel" />
        )}
      </main>
      <BoardStatus />
      <p className="sr-only" role="status">
        {focused && <Spoken candidate={focused} />}
      </p>
      {isKeySheetOpen && (
        <KeysDialog
          table={BOARD_COMMANDS}
          page={BOARD_KEYS}
          subject={{ board, labels }}
          onClose={() => setIsKeySheetOpen(false)}
        />
      )}
      {[...(data.charts ?? [])].map(([id, { session }]) => (
        <OverlapRules key={id} session={session} chartId={id} />
      ))}
      <BoardConflicts charts={data.charts} chartOf={chartOf} labels={labels} />
    </BoardProvider>
  );
}

/** Keeps at hand what a chart's answers may not do. */
function OverlapRules({ session, chartId }: { session: OpenSession; chartId: number }) {
  useGroups(session, chartId);
  return null;
}

/** What has the focus now, for those who do not see it. */
function Spoken({ candidate }: { candidate: Candidate }) {
  const { board, chartOf, labels } = useBoardPage();
  useBoardState((state) => state.edges);
  const { chartId, label, score } = candidate;
  const { startTime, endTime } = board.placed(candidate);
  const chart = chartOf(chartId);
  const times = useTimes(zonedOf(chartId, chart, chart?.timeframe ?? null));
  const when = times.range(startTime, endTime);
  return `${labelStyle(labels, label).text}, ${formatScore(score)}, ${chart?.name ?? ''}, ${when}`;
}

/** As much again on either side, as a chart's address says it. */
function timesAround({ startTime, endTime }: { startTime: number; endTime: number }): string {
  const around = Math.max(endTime - startTime, 86_400);
  const text = (time: number) => new Date(Math.round(time) * 1000).toISOString().slice(0, 19);
  return `from=${text(startTime - around)}Z&to=${text(endTime + around)}Z`;
}
