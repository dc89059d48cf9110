'use client';

import {
  CalendarSearch,
  CandlestickChart,
  ChevronDown,
  Download,
  Globe,
  Redo2,
  Search,
  Undo2,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { BarButton } from '@/components/bar-button';
import { Button } from '@/components/button';
import { formatTimeframe } from '@/components/format';
import { Menu, MenuItem } from '@/components/menu';
import { trpc } from '@/trpc/client';
import { SaveIndicator } from '../annotate/save-indicator';
import { ChartSwitcher } from '../charts/chart-switcher';
import { ThemeButton } from '../pages/theme-button';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { useHistory, useSession, useView } from '../session/session';
import { useTimes, zoneName } from '../session/time-zone';
import { IndicatorMenu } from './indicator-menu';

export function TopBar() {
  const { chart, view } = useSession();
  const logScale = useView((state) => state.logScale);
  const { canUndo, canRedo } = useHistory();
  return (
    <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-1 border-line border-b bg-panel pr-2">
      <div className="grid w-11 shrink-0 place-items-center text-accent">
        <CandlestickChart size={18} aria-label="candle-annotator" />
      </div>
      <ChartSwitcher current={chart} onExportAll={() => view.setState({ dialog: 'export-all' })} />
      <Divider />
      <Timeframes />
      <Divider />
      <CommandButton command="log" said="Log" pressed={logScale}>
        Log
      </CommandButton>
      <IndicatorMenu />
      <CommandButton command="goto">
        <CalendarSearch size={16} /> <span className={ROOMY}>Go to</span>
      </CommandButton>
      <ZoneButton />
      {/* Shrinks before it takes the bar to a second line. */}
      <div className="flex min-w-0 flex-1 basis-32 justify-end">
        <SaveIndicator />
      </div>
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

/** The zone in force always stands there. */
function ZoneButton() {
  const { chart } = useSession();
  const { zone } = useTimes(chart).clock;
  return (
    <CommandButton command="zone" said={zoneName(zone)}>
      <Globe size={16} className="hidden min-[1400px]:block" />
      <span className="max-w-24 truncate">{zoneName(zone)}</span>
    </CommandButton>
  );
}

const MOST_SHOWN = 6;
/** Of more, a narrow window keeps the first four of these beside the chart's own and the one that is chosen: 1s, 1m, 15m, 1h, 1D, 1W. */
const USUAL = [1, 60, 900, 3_600, 86_400, 604_800];
const MOST_USUAL = 4;

function Timeframes() {
  const { chart, view } = useSession();
  const chosen = useView((state) => state.timeframe) ?? chart.timeframe;
  const pyramid = trpc.candles.pyramid.useQuery({ chartId: chart.id });
  const all = (pyramid.data?.timeframes ?? []).map(({ timeframe }) => timeframe);
  const [own, ...longer] = all;
  const usual = longer.filter((seconds) => USUAL.includes(seconds)).slice(0, MOST_USUAL);
  const isKept = (seconds: number) =>
    seconds === own || seconds === chosen || usual.includes(seconds);
  const folded = all.length > MOST_SHOWN ? all.filter((seconds) => !isKept(seconds)) : [];
  const show = (timeframe: number) => view.setState({ timeframe });
  return (
    <>
      {all.map((timeframe) => (
        <div key={timeframe} className={folded.includes(timeframe) ? 'max-[1499px]:hidden' : ''}>
          <BarButton
            text={`Bars of ${formatTimeframe(timeframe)}`}
            pressed={timeframe === chosen}
            onClick={() => show(timeframe)}
          >
            {formatTimeframe(timeframe)}
          </BarButton>
        </div>
      ))}
      {folded.length > 0 && (
        <div className="min-[1500px]:hidden">
          <Menu
            width={120}
            trigger={
              <Button variant="ghost" className="h-7 px-1.5" aria-label="More timeframes">
                <ChevronDown size={15} />
              </Button>
            }
          >
            {folded.map((timeframe) => (
              <MenuItem key={timeframe} onSelect={() => show(timeframe)}>
                {formatTimeframe(timeframe)}
              </MenuItem>
            ))}
          </Menu>
        </div>
      )}
    </>
  );
}

const Divider = () => <div className="mx-1 h-5 w-px shrink-0 bg-line min-[1200px]:mx-2" />;

/** What a narrow window leaves out; the icon beside it says it as well. */
const ROOMY = 'hidden min-[1360px]:inline';

function CommandButton(props: {
  command: CommandId;
  /** The word on it, where the title has not got it. */
  said?: string;
  pressed?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  const { command, said, ...look } = props;
  const { title, shortcut, run } = useCommand(command);
  return (
    <BarButton
      text={said ? `${said}: ${title}` : title}
      shortcut={shortcut}
      onClick={run}
      {...look}
    />
  );
}
