'use client';

import { clsx } from 'clsx';
import Link from 'next/link';
import { formatAgo, formatCount } from '@/components/format';
import type { RunSummary } from '@/contract/runs';
import { runTitle } from '../../session/run-title';
import { modelName } from '../model-name';
import { useNow } from '../use-now';
import { shortCaveats, shortFigure, shownAt } from './figures';

/** All runs, newest first. */
export function RunList({ runs, current }: { runs: RunSummary[]; current: number | null }) {
  const now = useNow();
  return (
    <nav aria-label="Runs" className="min-h-0 flex-1 overflow-y-auto">
      <h2 className="px-3.5 py-3 font-semibold">Runs</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <Link
              href={`/models/${run.id}`}
              aria-current={run.id === current ? 'page' : undefined}
              className={clsx(
                'block border-l-2 px-3 py-1.5',
                run.id === current
                  ? 'border-accent bg-accent-bg'
                  : 'border-transparent hover:bg-raised',
              )}
            >
              <span className="flex gap-2">
                <span
                  className="min-w-0 flex-1 truncate font-medium"
                  title={`${runTitle(run)}, ${modelName(run)}`}
                >
                  {runTitle(run)}
                </span>
                <span className="tabular-nums">
                  {run.metrics ? shortFigure(run.metrics) : run.status}
                </span>
              </span>
              <span className="block truncate text-muted text-xs">
                {formatAgo(run.finishedAt ?? run.queuedAt, now)} · {detailOf(run)}
              </span>
              {shortCaveats(run).map((caveat) => (
                <span key={caveat} className="block truncate text-warning text-xs">
                  {caveat}
                </span>
              ))}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What its figure rests on; the model where there is none. */
const detailOf = (run: RunSummary) =>
  run.metrics
    ? `${formatCount(shownAt(run.metrics, run.metrics.threshold).spans)} spans`
    : modelName(run);
