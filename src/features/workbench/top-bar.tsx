'use client';

import {
  CalendarSearch,
  CandlestickChart,
  Download,
  Redo2,
  Search,
  Undo2,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { BarButton } from '@/components/bar-button';
import { formatTimeframe } from '@/components/format';
import { Tooltip } from '@/components/tooltip';
import { trpc } from '@/trpc/client';
import { SaveIndicator } from '../annotate/save-indicator';
import { ChartSwitcher } from '../charts/chart-switcher';
import { ThemeButton } from '../pages/theme-button';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { useHistory, useSession, useView } from '../session/session';

export function TopBar() {
  const { chart, view } = useSession();
  const logScale = useView((state) => state.logScale);
  const { canUndo, canRedo } = useHistory();
  return (
    <header className="flex h-11 shrink-0 items-center gap-1 border-line border-b bg-panel pr-2">
      <div className="grid w-11 shrink-0 place-items-center text-accent">
        <CandlestickChart size={18} aria-label="candle-annotator" />
      </div>
      <ChartSwitcher current={chart} onExportAll={() => view.setState({ dialog: 'export-all' })} />
      <Divider />
      <Timeframes />
      <Divider />
      <CommandButton command="log" pressed={logScale}>
        Log
      </CommandButton>
      <CommandButton command="goto">
        <CalendarSearch size={16} /> <span className={ROOMY}>Go to</span>
      </CommandButton>
      <Tooltip text="All times on this page are UTC">
        <span className="px-2 text-muted">UTC</span>
      </Tooltip>
      <div className="flex-1" />
      <SaveIndicator />
      <CommandButton command="undo" disabled={!canUndo}>
        <Undo2 size={16} />
      </CommandButton>
      <CommandButton command="redo" disabled={!canRedo}>
        <Redo2 size={16} />
      </CommandButton>
      <Divider />
      <CommandButton command="import">
        <Upload size={16} /> <span className={ROOMY}>Import</span>
      </CommandButton>
      <CommandButton command="export">
        <Download size={16} /> <span className={ROOMY}>Export</span>
      </CommandButton>
      <Divider />
      <CommandButton command="palette">
        <Search size={16} />
      </CommandButton>
      <ThemeButton />
    </header>
  );
}

function Timeframes() {
  const { chart, view } = useSession();
  const chosen = useView((state) => state.timeframe) ?? chart.timeframe;
  const pyramid = trpc.candles.pyramid.useQuery({ chartId: chart.id });
  const timeframes = pyramid.data?.timeframes ?? [];
  return timeframes.map(({ timeframe }) => (
    <BarButton
      key={timeframe}
      text={`Bars of ${formatTimeframe(timeframe)}`}
      pressed={timeframe === chosen}
      onClick={() => view.setState({ timeframe })}
    >
      {formatTimeframe(timeframe)}
    </BarButton>
  ));
}

const Divider = () => <div className="mx-1 h-5 w-px shrink-0 bg-line min-[1200px]:mx-2" />;

/** What a narrow window leaves out; the icon beside it says it as well. */
const ROOMY = 'hidden min-[1200px]:inline';

function CommandButton(props: {
  command: CommandId;
  pressed?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  const { command, ...look } = props;
  const { title, shortcut, run } = useCommand(command);
  return <BarButton text={title} shortcut={shortcut} onClick={run} {...look} />;
}
