'use client';

import { useRouter } from 'next/navigation';
import { Tooltip } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { Notice } from '@/components/notice';
import { trpc } from '@/trpc/client';
import { PageBar } from '../pages/page-bar';
import { useShownColors } from '../pages/safe-colors';
import { useKeyedLabels } from '../session/label-use';
import { useUnsavedWarning } from '../session/session';
import { type BoardPlace, boardAddress } from './address';
import { BoardView } from './board-view';
import { setOf, shownOf } from './review-sets';
import { BareTabs } from './source-tabs';
import { SOURCES } from './sources/sources';
import { type SourceSets, useSets } from './use-sets';

const NONE: [] = [];

/** Everything that waits for a yes or no. */
export function ReviewPage({ place }: { place: BoardPlace }) {
  const router = useRouter();
  const all = useSets();
  const charts = trpc.charts.list.useQuery();
  const labels = trpc.spans.types.useQuery();
  const keyed = useKeyedLabels(useShownColors(labels.data) ?? NONE);
  useUnsavedWarning();
  useEffect(() => {
    document.title = 'Review · candle-annotator';
  }, []);
  // What an address leaves open is chosen once: a search or a run that is newer takes no cell from under a key.
  const [held, setHeld] = useState<Pick<BoardPlace, 'source' | 'set'> | null>(null);
  const shown = shownOf(all, { ...place, source: place.source ?? held?.source ?? null });
  const set = shown && setOf(shown, place.set ?? (held?.source === shown.id ? held.set : null));
  const [sourceId, setId] = [shown?.id, set?.id];
  const isRead = all.every(({ isPending }) => !isPending);
  useEffect(() => {
    if (isRead && sourceId && setId !== undefined) setHeld({ source: sourceId, set: setId });
  }, [isRead, sourceId, setId]);
  const go = (to: Partial<BoardPlace>) => {
    setHeld(null);
    router.replace(boardAddress({ ...place, source: shown?.id ?? null, ...to }));
  };
  const error = charts.error ?? labels.error;
  return (
    <Tooltip.Provider>
      <div className="flex h-dvh min-w-[640px] flex-col overflow-hidden">
        {error && (
          <div className="p-3">
            <Notice tone="error">The charts and labels can’t be read: {error.message}</Notice>
          </div>
        )}
        {shown && set && charts.data && labels.data ? (
          <BoardView
            key={`${shown.id} ${set.id}`}
            all={all}
            shown={shown}
            set={set}
            chartId={place.chart}
            charts={charts.data}
            labels={keyed}
            go={go}
          />
        ) : (
          <>
            <PageBar />
            {shown && labels.data && <BareTabs {...{ all, shown, labels: labels.data, go }} />}
            <Nothing shown={shown} all={all} isPending={charts.isPending || labels.isPending} />
          </>
        )}
      </div>
    </Tooltip.Provider>
  );
}

function Nothing(props: {
  shown: SourceSets | undefined;
  all: readonly SourceSets[];
  isPending: boolean;
}) {
  const { shown, all, isPending } = props;
  if (isPending || all.some((each) => each.isPending)) {
    return <Message>Reading what waits…</Message>;
  }
  return (
    <Message>
      <h1 className="font-semibold text-lg text-text">Nothing waits for an answer</h1>
      {(shown ? [shown] : all).map(({ id, error }) => (
        <p key={id} className="mt-1">
          {error ?? SOURCES[id].nothing}
        </p>
      ))}
    </Message>
  );
}

const Message = ({ children }: { children: ReactNode }) => (
  <main className="grid flex-1 place-items-center p-6 text-muted">
    <div role="status" className="max-w-md text-center">
      {children}
    </div>
  </main>
);
