'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { Tooltip } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { ErrorBoundary } from '@/components/error-boundary';
import { Notice } from '@/components/notice';
import { chartId as chartIdSchema } from '@/contract/common';
import { trpc } from '@/trpc/client';
import { ALONE } from '@/trpc/opening';
import { ConflictDialog } from '../annotate/conflict-dialog';
import { HistoryDialog } from '../annotate/history-dialog';
import { OldDatabaseNotice } from '../charts/old-database-notice';
import { ExportDialog } from '../export/export-dialog';
import { ImportDialog } from '../import/import-dialog';
import { PageDrop } from '../import/page-drop';
import { usePredictions } from '../models/use-predictions';
import { useShownColors } from '../pages/safe-colors';
import { AsOfSession } from '../session/as-of-session';
import { ChartContext, useChart } from '../session/chart-context';
import { CommandsContext } from '../session/command-context';
import { useHandOverExchange } from '../session/exchange-zone';
import { KeysDialog } from '../session/keys-dialog';
import { LABELS_MS, SessionProvider, useSession, useView } from '../session/session';
import { useLiveChanges } from '../session/use-live-changes';
import { useSearchResults } from '../similar/use-searches';
import { AsOfBanner } from './as-of-banner';
import { ChartHistoryDialog } from './chart-history-dialog';
import { ChartPane } from './chart-pane';
import { CommandPalette } from './command-palette';
import { COMMANDS } from './commands/table';
import { GoToDialog } from './go-to-dialog';
import { CHART_KEYS, useWorkbenchCommands } from './keyboard';
import { LabelDock } from './label-dock';
import { MinimapStrip } from './minimap-strip';
import { SidePanel } from './side-panel';
import { StatusBar } from './status-bar';
import { ToolRail } from './tool-rail';
import { TopBar } from './top-bar';
import { useViewLink } from './use-view-link';
import { ZoneDialog } from './zone-dialog';

/** The page of one chart. */
export function Workbench({ chartId }: { chartId: number }) {
  const valid = chartIdSchema.safeParse(chartId).success;
  const input = { chartId: valid ? chartId : 0 };
  const chart = trpc.charts.get.useQuery(input, { enabled: valid, trpc: { context: ALONE } });
  // For the chart view, which would ask for it no sooner than it has the rest.
  trpc.candles.pyramid.useQuery(input, { enabled: valid, retry: false, trpc: { context: ALONE } });
  const labels = trpc.spans.types.useQuery(undefined, {
    refetchInterval: LABELS_MS,
    trpc: { context: ALONE },
  });
  const annotationTypes = trpc.annotations.types.useQuery(undefined, { trpc: { context: ALONE } });
  const shown = useShownColors(labels.data);
  const shownTypes = useShownColors(annotationTypes.data);
  const error = chart.error ?? labels.error ?? annotationTypes.error;
  if (!valid || error?.data?.code === 'NOT_FOUND') {
    return (
      <Message>
        <h1 className="font-semibold text-lg">There is no such chart</h1>
        <p className="mt-1 text-muted">
          It may have been deleted.{' '}
          <Link href="/" className="text-accent underline">
            Go to the charts
          </Link>
        </p>
      </Message>
    );
  }
  if (error) {
    return (
      <Message>
        <Notice tone="error">The chart can’t be opened: {error.message}</Notice>
      </Message>
    );
  }
  if (!chart.data || !shown || !shownTypes) return <Message>Opening the chart…</Message>;
  return (
    <SessionProvider chart={chart.data} labels={shown} annotationTypes={shownTypes}>
      <Live />
      <AsOfSession>
        <Tooltip.Provider>
          <Page />
        </Tooltip.Provider>
      </AsOfSession>
    </SessionProvider>
  );
}

const Message = ({ children }: { children: ReactNode }) => (
  <main className="grid h-dvh place-items-center p-6 text-muted">
    <div className="max-w-md text-center text-text">{children}</div>
  </main>
);

/** What comes to the chart as it is now, whatever is shown of it. */
function Live() {
  useLiveChanges();
  usePredictions();
  useHandOverExchange(useSession().chart);
  return null;
}

function Page() {
  const session = useSession();
  const [chart, setChart] = useState<ChartView | null>(null);
  const records = useStoredRecords();
  useViewLink(chart);
  const commands = useWorkbenchCommands(session, chart);
  useEffect(() => {
    document.title = `${session.chart.name} · candle-annotator`;
  }, [session.chart.name]);
  return (
    <ChartContext value={chart}>
      <CommandsContext value={commands}>
        <div className="flex h-dvh min-w-[512px] flex-col overflow-hidden">
          <ErrorBoundary name="top bar">
            <TopBar />
          </ErrorBoundary>
          <AsOfBanner />
          <div className="flex min-h-0 flex-1">
            <ErrorBoundary name="tool rail" className="w-56 shrink-0 p-2">
              <ToolRail />
            </ErrorBoundary>
            <main className="flex min-w-0 flex-1 flex-col">
              <h1 className="sr-only">{session.chart.name}</h1>
              {records.error && (
                <div className="p-2">
                  <Notice tone="error">
                    The annotations can’t be read, so none can be made: {records.error.message}
                  </Notice>
                </div>
              )}
              <div className="absolute bottom-[122px] left-14 z-20 max-w-lg empty:hidden">
                <OldDatabaseNotice />
              </div>
              <ErrorBoundary name="chart" className="min-h-0 flex-1 p-2">
                <ChartPane onReady={setChart} />
              </ErrorBoundary>
              <ErrorBoundary name="label dock">
                <LabelDock />
              </ErrorBoundary>
              {chart && (
                <ErrorBoundary name="overview">
                  <MinimapStrip chart={chart} />
                </ErrorBoundary>
              )}
            </main>
            <ErrorBoundary name="panel">
              <SidePanel />
            </ErrorBoundary>
          </div>
          <ErrorBoundary name="status bar">
            <StatusBar />
          </ErrorBoundary>
        </div>
        <SearchResults />
        <ErrorBoundary
          name="dialog"
          className="fixed bottom-20 left-1/2 z-50 w-[520px] -translate-x-1/2"
          onClose={() => session.view.setState({ dialog: null })}
        >
          <Dialogs />
        </ErrorBoundary>
      </CommandsContext>
    </ChartContext>
  );
}

function SearchResults() {
  useSearchResults();
  return null;
}

/** Reads the chart's annotations and spans into the editor, once for the page. */
function useStoredRecords() {
  const { chart, sync, examined } = useSession();
  const { client } = trpc.useUtils();
  return useQuery({
    queryKey: ['records', chart.id],
    queryFn: async () => {
      const [ranges] = await Promise.all([
        client.examined.list.query({ chartId: chart.id }),
        sync.read(),
      ]);
      examined.start(ranges);
      return true;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

function Dialogs() {
  const session = useSession();
  const { chart: current, view } = session;
  const chart = useChart();
  const dialog = useView((state) => state.dialog);
  const selected = useView((state) => state.selected);
  const [dropped, setDropped] = useState<File[]>();
  const isExporting = dialog === 'export' || dialog === 'export-all';
  const close = () => {
    setDropped(undefined);
    view.setState({ dialog: null });
  };
  return (
    <>
      <PageDrop
        onFiles={(files) => {
          // An export that is under way would end with its dialog.
          if (isExporting) return;
          setDropped(files);
          view.setState({ dialog: 'import' });
        }}
      />
      {dialog === 'import' && (
        <ImportDialog
          files={dropped}
          current={current}
          onClose={close}
          onChanged={({ firstTime, lastTime }) => void chart?.showRange(firstTime, lastTime)}
        />
      )}
      {isExporting && (
        <ExportDialog
          current={current}
          scope={dialog === 'export' ? 'this' : 'all'}
          onClose={close}
        />
      )}
      {dialog === 'keys' && (
        <KeysDialog table={COMMANDS} page={CHART_KEYS} subject={session} onClose={close} />
      )}
      {dialog === 'palette' && <CommandPalette onClose={close} />}
      {dialog === 'zone' && <ZoneDialog onClose={close} />}
      {dialog === 'history' && selected !== null && (
        <HistoryDialog uid={selected} onClose={close} />
      )}
      {dialog === 'revisions' && <ChartHistoryDialog onClose={close} />}
      {dialog === 'goto' && <GoToDialog onClose={close} />}
      <ConflictDialog />
    </>
  );
}
