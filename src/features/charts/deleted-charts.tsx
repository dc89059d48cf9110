'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@/components/button';
import { formatAgo, formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { DAYS_TO_RESTORE, type DeletedChart } from '@/contract/charts';
import { trpc } from '@/trpc/client';
import { useNow } from '../models/use-now';
import { SETS_KEY } from '../review/use-sets';

const DAY_S = 86_400;

/** Charts that were deleted and can still be given back. */
export function DeletedCharts() {
  const utils = trpc.useUtils();
  const queries = useQueryClient();
  const deleted = trpc.charts.deleted.useQuery();
  const restore = trpc.charts.restore.useMutation({
    onSettled: () =>
      Promise.all([utils.charts.invalidate(), queries.invalidateQueries({ queryKey: SETS_KEY })]),
  });
  const now = useNow();
  if (!deleted.data?.length) return null;
  return (
    <section aria-label="Deleted charts">
      <h2 className="mb-1 font-semibold">Deleted</h2>
      {restore.error && <Notice tone="error">{restore.error.message}</Notice>}
      <ul className="divide-y divide-line border-line border-y">
        {deleted.data.map((chart) => (
          <li key={chart.id} className="flex h-10 items-center gap-3">
            <span className="min-w-0 flex-1 truncate">{chart.name}</span>
            <span className="text-muted text-xs tabular-nums">
              {formatCount(chart.candleCount)} candles · deleted {formatAgo(chart.deletedAt, now)} ·{' '}
              {daysLeft(chart, now)}
            </span>
            <Button
              disabled={restore.isPending}
              onClick={() => restore.mutate({ chartId: chart.id })}
            >
              Restore
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function daysLeft({ deletedAt }: DeletedChart, now: number): string {
  // The page's clock may be behind that of the server.
  const gone = Math.max(0, now - deletedAt);
  const days = Math.max(0, Math.ceil(DAYS_TO_RESTORE - gone / DAY_S));
  return `${days} ${days === 1 ? 'day' : 'days'} left`;
}
