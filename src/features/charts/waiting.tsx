'use client';

import { Sparkles } from 'lucide-react';
import Link from 'next/link';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Notice } from '@/components/notice';
import type { SpanLabelType } from '@/contract/spans';
import { boardAddress } from '../review/address';
import { useSets } from '../review/use-sets';

/** What waits for a yes or no: by search and run, then by chart. */
export function Waiting({ labels }: { labels: readonly SpanLabelType[] }) {
  const sources = useSets();
  const sets = sources.flatMap(({ id: source, sets }) =>
    sets.flatMap((set) => {
      const charts = set.charts.filter(({ open }) => open > 0);
      return charts.length > 0 ? [{ source, set, charts }] : [];
    }),
  );
  const total = sets.flatMap(({ charts }) => charts).reduce((sum, { open }) => sum + open, 0);
  const error = sources.find((each) => each.error)?.error;
  const isKnown = sources.every(({ isPending }) => !isPending);
  return (
    <aside
      aria-label="Waiting for you"
      className="w-[332px] shrink-0 max-[900px]:w-full divide-y divide-line overflow-y-auto border-line border-l bg-panel"
    >
      <h2 className="px-4 py-3 font-semibold">Waiting for you</h2>
      {error && (
        <div className="p-3">
          <Notice tone="error">What waits can’t be read: {error}</Notice>
        </div>
      )}
      {isKnown && !error && sets.length === 0 && (
        <p className="px-4 py-3 text-muted">Nothing waits. Label next goes on where you stopped.</p>
      )}
      {sets.length > 0 && (
        <section aria-label="To review" className="px-4 py-3">
          <h3 className="flex items-center gap-2 font-semibold">
            <Sparkles size={15} className="text-muted" />
            <span className="flex-1">{formatCount(total)} to review</span>
            <Link
              href="/review"
              className="flex h-7 items-center gap-2 rounded-md border border-line bg-raised px-2.5 font-medium hover:border-faint"
            >
              Review <Kbd>D</Kbd>
            </Link>
          </h3>
          {sets.map(({ source, set, charts }) => (
            <div key={`${source} ${set.id}`} className="mt-2">
              <p className="text-muted text-xs">{set.title(labels)}</p>
              <ul>
                {charts.map((chart) => (
                  <li key={chart.chartId}>
                    <Link
                      href={boardAddress({ source, set: set.id, chart: chart.chartId })}
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
