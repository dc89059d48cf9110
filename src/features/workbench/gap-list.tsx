'use client';

import { formatDuration } from '@/components/format';
import { Notice } from '@/components/notice';
import { type Gap, MAX_GAPS } from '@/contract/candles';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';

/** Where candles are missing; a click goes there. */
export function GapList({ onGo }: { onGo: (gap: Gap) => void }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const gaps = trpc.candles.gaps.useQuery(
    { chartId: chart.id },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  if (gaps.error)
    return <Notice tone="error">Gaps can’t be looked for: {gaps.error.message}</Notice>;
  if (!gaps.data) return <p className="text-muted">Looking for gaps between candles…</p>;
  const { count } = gaps.data;
  return (
    <section>
      <h3 className="mb-1 flex justify-between font-semibold">
        Gaps between candles <span className="font-normal text-muted tabular-nums">{count}</span>
      </h3>
      {count === 0 && (
        <p className="text-muted">None that is out of the ordinary for this chart.</p>
      )}
      {count > MAX_GAPS && <p className="text-muted text-xs">The {MAX_GAPS} longest of them.</p>}
      <ul className="-mx-2 max-h-60 overflow-y-auto">
        {gaps.data.gaps.map((gap) => (
          <li key={gap.after}>
            <button
              type="button"
              className="flex w-full justify-between rounded-md px-2 py-1 text-left tabular-nums hover:bg-raised"
              onClick={() => onGo(gap)}
            >
              {times.range(gap.after, gap.before)}
              <span className="text-muted">{formatDuration(gap.before - gap.after)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
