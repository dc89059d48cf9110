'use client';

import { formatAgo } from '@/components/format';
import type { RunSummary } from '@/contract/runs';
import { runTitle } from '../session/run-title';
import { useSession, useView } from '../session/session';
import { modelName } from './model-name';
import { shortCaveats, shortFigure } from './page/figures';
import { useNow } from './use-now';

/** Earlier runs; a finished one can be put on the chart. */
export function RunHistory({ runs }: { runs: RunSummary[] }) {
  const { view } = useSession();
  const shown = useView((state) => state.runId);
  const now = useNow();
  return (
    <section aria-label="Runs" className="px-3.5 py-3">
      <h2 className="mb-1.5 font-semibold">Runs</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              disabled={run.status !== 'succeeded'}
              aria-pressed={run.id === shown}
              onClick={() => view.setState({ runId: run.id })}
              className="-mx-1.5 flex h-7 w-[calc(100%+12px)] items-center gap-2 rounded-md px-1.5 text-left enabled:hover:bg-raised aria-pressed:bg-accent-bg"
            >
              <span className="min-w-14 truncate" title={`${runTitle(run)}, ${modelName(run)}`}>
                {runTitle(run)}
              </span>
              <span className="flex-1 truncate text-muted">
                {run.metrics ? shortFigure(run.metrics) : run.status}
              </span>
              {shortCaveats(run).map((caveat) => (
                <span key={caveat} className="text-warning text-xs">
                  {caveat}
                </span>
              ))}
              <span className="text-faint text-xs">
                {formatAgo(run.finishedAt ?? run.queuedAt, now)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
