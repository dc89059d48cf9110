'use client';

import Link from 'next/link';
import { formatCount } from '@/components/format';
import { Searching } from '../pages/searching';
import { useBoardPage, useBoardState } from './board-context';
import { TrainButton } from './train-button';

/** Nothing waits any more: what came of it, and what to do with it. */
export function AllAnswered() {
  const { board, set, source } = useBoardPage();
  useBoardState((state) => state.version);
  const { yes, no } = board.counts();
  const isAnswered = yes + no > 0;
  return (
    <div role="status" className="grid min-h-0 flex-1 place-items-center p-6 text-center">
      <div className="max-w-md">
        <h1 className="font-semibold text-lg">
          {isAnswered ? 'Everything is answered' : 'Nothing was found'}
        </h1>
        <p className="mt-1 text-muted">
          {isAnswered
            ? `${formatCount(yes)} yes and ${formatCount(no)} no on ${formatCount(set.charts.length)} ${set.charts.length === 1 ? 'chart' : 'charts'}. A model learns from both.`
            : set.state === 'failed'
              ? set.error
              : `${source.name}: nothing that is not labelled already.`}
        </p>
        {isAnswered && (
          <div className="mt-4 flex justify-center gap-2">
            <TrainButton variant="solid" />
            <Link
              href="/"
              className="inline-flex h-7 items-center rounded-md border border-line bg-raised px-2.5 font-medium hover:border-faint"
            >
              Go to the charts
            </Link>
          </div>
        )}
      </div>
    </div>
  );
}

/** What is being found, and what is missing for it. */
export function Finding() {
  const { set } = useBoardPage();
  if (set.state !== 'finding') return null;
  return (
    <div className="px-4 pt-3">
      <Searching />
    </div>
  );
}
