'use client';

import { formatAgo, formatCount } from '@/components/format';
import { useNow } from '../models/use-now';
import { labelStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { showSearch } from './find-similar';
import { useSearches } from './use-searches';

/** Earlier searches that have something left to answer here; each can be gone on with. */
export function SearchList() {
  const session = useSession();
  const searches = useSearches();
  const now = useNow();
  const open = (searches.data ?? []).flatMap((search) => {
    const own = search.charts.find(({ chartId }) => chartId === session.chart.id);
    return own && own.open > 0 ? [{ search, count: own.open }] : [];
  });
  if (open.length === 0) return null;
  return (
    <section aria-label="Searches" className="border-line border-t px-3.5 py-3">
      <h2 className="mb-1.5 font-semibold">Searches</h2>
      <ul>
        {open.map(({ search, count }) => (
          <li key={search.id}>
            <button
              type="button"
              onClick={() => showSearch(session, search.id)}
              className="-mx-1.5 flex h-7 w-[calc(100%+12px)] items-center gap-2 rounded-md px-1.5 text-left hover:bg-raised"
            >
              <span className="truncate">
                Similar to {labelStyle(session.labels, search.label).text}
              </span>
              <span className="flex-1 truncate text-muted">{formatCount(count)} wait</span>
              <span className="text-faint text-xs">{formatAgo(search.queuedAt, now)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
