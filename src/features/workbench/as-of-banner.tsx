'use client';

import { History } from 'lucide-react';
import { Button } from '@/components/button';
import { trpc } from '@/trpc/client';
import { useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';

/** Things are done at a minute, whatever the chart's bars are. */
const MINUTE = 60;

/** Says that the chart is shown as it was, and goes back to now. */
export function AsOfBanner() {
  const { chart, view } = useSession();
  const times = useTimes(chart);
  const rev = useView((state) => state.asOf);
  const revisions = trpc.history.revisions.useQuery(
    { chartId: chart.id, before: (rev ?? 0) + 1, limit: 1 },
    { enabled: rev !== null },
  );
  if (rev === null) return null;
  const [revision] = revisions.data ?? [];
  return (
    <div
      role="status"
      className="flex h-9 shrink-0 items-center gap-2 border-warning border-b bg-panel px-3 text-warning"
    >
      <History size={15} className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">
        As it was after revision {rev}
        {revision && `, ${times.time(Math.floor(revision.at), MINUTE)}`}. It can only be looked at.
      </span>
      <Button onClick={() => view.setState({ asOf: null })}>Back to now</Button>
    </div>
  );
}
