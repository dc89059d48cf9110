'use client';

import { Crosshair, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import type { ChartView } from '@/chart/types';
import { Button } from '@/components/button';
import { trpc } from '@/trpc/client';
import { nextAddress, timeframeOf, withContext } from '../session/ask-next';
import { useCommand } from '../session/command-context';
import { labelStyle } from '../session/label-style';
import { openSession } from '../session/open-sessions';
import { runTitle } from '../session/run-title';
import { useSession, useView } from '../session/session';
import { why } from './why';

/** Goes to the window that was asked for, on this chart or another one, and says why it is that one. */
export function NextNotice({ chart }: { chart: ChartView }) {
  const session = useSession();
  const { chart: info, view, labels } = session;
  const next = useView((state) => state.next);
  const runs = trpc.runs.list.useQuery({ chartId: info.id }, { enabled: next !== null });
  const utils = trpc.useUtils();
  const router = useRouter();
  const window = next?.window ?? null;
  useEffect(() => {
    if (!next || !window) return;
    if (window.chartId === info.id) {
      const { from, to } = withContext(window, info.timeframe);
      view.setState({ cursorTime: window.startTime });
      void chart.showTimes(from, to);
      return;
    }
    const { activeLabel } = view.getState();
    openSession(window.chartId, utils, activeLabel).view.setState({ next });
    view.setState({ next: null });
    router.push(nextAddress(window, timeframeOf(utils, window.chartId)));
  }, [next, window, info.id, info.timeframe, view, chart, utils, router]);
  const examine = useCommand('examine.view');
  const another = useCommand('label.next');
  if (!next || (window && window.chartId !== info.id)) return null;
  const runId = window?.runId ?? 0;
  const runText = runTitle(runs.data?.find(({ id }) => id === runId) ?? { id: runId, name: null });
  const said =
    next.problem ??
    (window
      ? why(window, window.label === null ? null : labelStyle(labels, window.label).text, runText)
      : 'Nothing is left to look at: all is examined, or there are no candles.');
  return (
    <div
      role="status"
      data-testid="next-window"
      className="absolute bottom-[84px] left-3 z-10 flex max-w-[calc(100%-96px)] items-center gap-2 rounded-md border border-line bg-panel py-1.5 pr-1.5 pl-3"
    >
      <Crosshair size={15} className="shrink-0 text-accent" />
      <span className="min-w-0">{said}</span>
      {window && (
        <Button shortcut={examine.shortcut} onClick={examine.run}>
          Examined
        </Button>
      )}
      {window && (
        <Button shortcut={another.shortcut} onClick={another.run}>
          Next
        </Button>
      )}
      <button
        type="button"
        aria-label="Close"
        onClick={() => view.setState({ next: null })}
        className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
      >
        <X size={15} />
      </button>
    </div>
  );
}
