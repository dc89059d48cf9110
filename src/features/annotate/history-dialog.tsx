'use client';

import { useMutation } from '@tanstack/react-query';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Notice } from '@/components/notice';
import type { Entry } from '@/contract/history';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { changesOf } from './history-lines';

const DONE = { create: 'made it', update: 'changed it', delete: 'deleted it' };
const PAGE = 100;
/** Things are done at a minute, whatever the chart's bars are. */
const MINUTE = 60;

/** Who did what to an annotation and when, and each of its versions to go back to. */
export function HistoryDialog({ uid, onClose }: { uid: string; onClose: () => void }) {
  const { chart, editor, view } = useSession();
  const { client } = trpc.useUtils();
  const chartId = chart.id;
  const history = trpc.history.entries.useQuery({ chartId, uid, limit: PAGE }, { gcTime: 0 });
  const entries = history.data?.entries ?? [];
  const say = (error: Error) => view.setState({ notice: error.message });
  const restore = useMutation({
    mutationFn: async (to: number) => {
      const { rev } = await client.history.restore.mutate({ chartId, uid, rev: to });
      // The revision before the restore is what undoing it goes back to.
      const go = (wanted: number) => () =>
        void client.history.restore.mutate({ chartId, uid, rev: wanted }).catch(say);
      editor.act({ undo: go(rev - 1), redo: go(to) });
    },
    onSuccess: onClose,
  });
  const error = history.error ?? restore.error;
  return (
    <Dialog
      title="History"
      description="Who changed it, when, and what; times in the zone that the chart shows."
      onClose={onClose}
      width={560}
    >
      {error && <Notice tone="error">{error.message}</Notice>}
      {history.isPending && <p className="text-muted">Reading what was done…</p>}
      <ol aria-label="Versions" className="flex flex-col gap-3">
        {entries.map((entry, at) => (
          <Version key={entry.rev} entry={entry}>
            {at === 0 ? (
              <span className="text-muted text-xs">As it is now</span>
            ) : (
              entry.op !== 'delete' && (
                <Button disabled={restore.isPending} onClick={() => restore.mutate(entry.rev)}>
                  Restore
                </Button>
              )
            )}
          </Version>
        ))}
      </ol>
      {history.data?.next && (
        <p className="mt-3 text-muted text-xs">
          Older than these {PAGE} versions: history.entries of the API has them.
        </p>
      )}
    </Dialog>
  );
}

function Version({ entry, children }: { entry: Entry; children: React.ReactNode }) {
  const session = useSession();
  const times = useTimes(session.chart);
  const authors = trpc.spans.authors.useQuery({ chartId: session.chart.id });
  const who = authors.data?.find(({ id }) => id === entry.actor)?.name ?? entry.actor;
  const changes = changesOf(entry, session).filter(
    ({ before, after }) => entry.op === 'update' || (after ?? before) !== '–',
  );
  return (
    <li className="rounded-md border border-line bg-raised p-3">
      <div className="flex min-h-7 items-center gap-2">
        <span className="min-w-0 flex-1">
          <strong className="font-semibold">{who}</strong> {DONE[entry.op]}
          <span className="text-muted text-xs">
            {' '}
            · {times.time(Math.floor(entry.at), MINUTE)} · revision {entry.rev}
          </span>
        </span>
        {children}
      </div>
      <dl className="mt-1 grid grid-cols-[96px_1fr] gap-y-0.5 text-xs">
        {changes.map(({ field, before, after }) => (
          <div key={field} className="contents">
            <dt className="text-muted">{field}</dt>
            <dd className="min-w-0 break-words tabular-nums">
              {before !== null && (
                <span className={after === null ? '' : 'text-muted line-through'}>{before}</span>
              )}
              {before !== null && after !== null && ' → '}
              {after}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
