'use client';

import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Notice } from '@/components/notice';
import type { Revision } from '@/contract/history';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';

const PAGE = 100;
/** Things are done at a minute, whatever the chart's bars are. */
const MINUTE = 60;

/** The chart's revisions, newest first, a page at a time; each can be looked at. */
export function ChartHistoryDialog({ onClose }: { onClose: () => void }) {
  const { chart, view } = useSession();
  const times = useTimes(chart);
  const [before, setBefore] = useState<number | undefined>(undefined);
  const page = trpc.history.revisions.useQuery({
    chartId: chart.id,
    limit: PAGE,
    ...(before === undefined ? {} : { before }),
  });
  const authors = trpc.spans.authors.useQuery({ chartId: chart.id });
  const nameOf = (actor: string) => authors.data?.find(({ id }) => id === actor)?.name ?? actor;
  const revisions = page.data ?? [];
  const last = revisions.length === PAGE ? revisions.at(-1)?.rev : undefined;
  return (
    <Dialog
      title="History of the chart"
      description="What was changed at once. Looking at it changes nothing."
      onClose={onClose}
      width={520}
    >
      {page.error && <Notice tone="error">{page.error.message}</Notice>}
      {page.data?.length === 0 && <p className="text-muted">Nothing was drawn here yet.</p>}
      <ol aria-label="Revisions">
        {revisions.map((revision) => (
          <li key={revision.rev} className="flex h-9 items-center gap-3 border-line border-b">
            <span className="w-10 text-right text-muted tabular-nums">{revision.rev}</span>
            <span className="tabular-nums">{times.time(Math.floor(revision.at), MINUTE)}</span>
            <span className="min-w-0 flex-1 truncate text-muted">
              {nameOf(revision.actor)} · {doneIn(revision)}
            </span>
            <Button
              aria-label={`Look at revision ${revision.rev}`}
              onClick={() => {
                view.setState({ asOf: revision.rev, selected: null });
                onClose();
              }}
            >
              Look
            </Button>
          </li>
        ))}
      </ol>
      {last !== undefined && (
        <Button className="mt-3" onClick={() => setBefore(last)}>
          Older
        </Button>
      )}
    </Dialog>
  );
}

function doneIn({ created, updated, deleted, examined }: Revision): string {
  const parts: [number, string][] = [
    [created, 'made'],
    [updated, 'changed'],
    [deleted, 'deleted'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .concat(examined > 0 ? 'examined bars' : [])
    .join(', ');
}
