'use client';

import { Sparkles } from 'lucide-react';
import Link from 'next/link';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { trpc } from '@/trpc/client';

/** What waits for a person: predictions that nobody has answered, by run and chart. */
export function Waiting() {
  const waiting = trpc.runs.waiting.useQuery({}, { refetchInterval: 15_000 });
  const runs = (waiting.data ?? [])
    .map((run) => ({ ...run, charts: run.charts.filter(({ open }) => open > 0) }))
    .filter(({ charts }) => charts.length > 0);
  const total = runs.flatMap(({ charts }) => charts).reduce((sum, { open }) => sum + open, 0);
  return (
    <aside
      aria-label="Waiting for you"
      className="w-[332px] shrink-0 divide-y divide-line overflow-y-auto border-line border-l bg-panel"
    >
      <h2 className="px-4 py-3 font-semibold">Waiting for you</h2>
      {waiting.error && (
        <div className="p-3">
          <Notice tone="error">What waits can’t be read: {waiting.error.message}</Notice>
        </div>
      )}
      {waiting.data && runs.length === 0 && (
        <p className="px-4 py-3 text-muted">
          Nothing waits. Open a chart and label, or train on what you have.
        </p>
      )}
      {runs.length > 0 && (
        <section aria-label="To review" className="px-4 py-3">
          <h3 className="mb-1.5 flex items-center gap-2 font-semibold">
            <Sparkles size={15} className="text-muted" /> {formatCount(total)} to review
          </h3>
          {runs.map(({ id, name, charts }) => (
            <div key={id} className="mt-2">
              <Link href={`/models/${id}`} className="text-muted text-xs hover:underline">
                Found by {name ?? `Run ${id}`}
              </Link>
              <ul>
                {charts.map((chart) => (
                  <li key={chart.chartId}>
                    <Link
                      href={`/charts/${chart.chartId}`}
                      className="-mx-1.5 flex h-7 items-center justify-between gap-3 rounded-md px-1.5 hover:bg-raised"
                    >
                      <span className="truncate">{chart.name}</span>
                      <span className="tabular-nums">{formatCount(chart.open)}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      )}
    </aside>
  );
}
