'use client';

import { formatCount, formatScore } from '@/components/format';
import { Notice } from '@/components/notice';
import type { LiveAnswer, Search } from '@/contract/searches';
import { useChart } from '../session/chart-context';
import { useView } from '../session/session';
import { useLiveSearch } from './use-live-search';

const ALIKE = 0.95;

/** How many windows are like the example while its edges move, or why that is not known. */
export function LiveLine({ search }: { search: Search }) {
  useLiveSearch(search);
  const live = useView((state) => state.live);
  const range = useChart()?.visibleRange();
  if (!live) return null;
  const { matches, problem } = live.answer;
  if (problem) return <Notice tone="warning">While the edges move: {problem}</Notice>;
  if (!matches?.length) return <p data-testid="live-matches">Nothing is like it on this chart.</p>;
  const inView = range
    ? matches.filter(({ startTime, endTime }) => endTime >= range.from && startTime <= range.to)
    : [];
  return (
    <p data-testid="live-matches">
      Now: {windows(matches.length)} at {lowest(matches)} or more
      <span className="text-muted">
        {' '}
        · {alike(matches)} at {ALIKE} · {inView.length} in view
      </span>
    </p>
  );
}

type Matches = NonNullable<LiveAnswer['matches']>;

const windows = (count: number) => `${formatCount(count)} ${count === 1 ? 'window' : 'windows'}`;
const lowest = (matches: Matches) => formatScore(matches.at(-1)?.score ?? 0);
const alike = (matches: Matches) => matches.filter(({ score }) => score >= ALIKE).length;
