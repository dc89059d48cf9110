'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { Segmented } from '@/components/segmented';
import { Tooltip } from '@/components/tooltip';
import type { Search } from '@/contract/searches';
import { trpc } from '@/trpc/client';
import { Swatch } from '../annotate/swatch';
import { BoardButton } from '../models/board-button';
import { ReviewCard } from '../models/review-card';
import { isActive, useRuns } from '../models/use-runs';
import { Searching } from '../pages/searching';
import { useChart } from '../session/chart-context';
import { labelStyle } from '../session/label-style';
import { openSession } from '../session/open-sessions';
import { useSearching, useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import { BulkBar } from './bulk-bar';
import { CandidateGrid } from './candidate-grid';
import { leaveSearch, searchFor, showExample, showSearch } from './find-similar';
import { LiveLine } from './live-line';
import { progressText, rankingText } from './progress';
import { TrainOffer } from './train-offer';
import { useShownSearch } from './use-searches';

/** A search on the chart: what was looked for, what was found, and what people say of it. */
export function SimilarPanel() {
  const search = useShownSearch();
  const problem = useSearching((state) => state.problem);
  return (
    <div className="divide-y divide-line">
      <section aria-label="Similar" className="flex flex-col gap-2.5 px-3.5 py-3">
        <Title search={search} />
        {problem && <Notice tone="error">{problem}</Notice>}
        {search && <Scope search={search} />}
        {search && <State search={search} />}
        {search && <LiveLine key={search.id} search={search} />}
      </section>
      {search && isShown(search) && <ReviewCard />}
      {search && isShown(search) && <BulkBar />}
      {search && isShown(search) && (
        <section aria-label="Found" className="px-3.5 py-3">
          <CandidateGrid />
        </section>
      )}
    </div>
  );
}

const isShown = ({ status, charts }: Search) =>
  status === 'succeeded' || charts.some(({ open, yes, no }) => open + yes + no > 0);

function Title({ search }: { search: Search | undefined }) {
  const session = useSession();
  const runs = useRuns();
  const newest = runs.data?.find(({ status }) => status === 'succeeded')?.id ?? null;
  const style = search && labelStyle(session.labels, search.label);
  return (
    <div className="flex items-center gap-2">
      {style && <Swatch color={style.color} />}
      <h2 className="min-w-0 flex-1 truncate font-semibold">
        {style ? `Similar to ${style.text}` : 'Similar'}
      </h2>
      <BoardButton />
      <Tooltip text="Back to the models">
        <button
          type="button"
          aria-label="Back to the models"
          onClick={() => leaveSearch(session, newest)}
          className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
        >
          <X size={15} />
        </button>
      </Tooltip>
    </div>
  );
}

/** Where the example is, and which charts are searched for it. */
function Scope({ search }: { search: Search }) {
  const session = useSession();
  const times = useTimes(session.chart);
  const chart = useChart();
  const charts = trpc.charts.list.useQuery();
  const isPending = useSearching((state) => state.isPending);
  const { startTime, endTime, chartId } = search.query;
  const isOwn = chartId === session.chart.id;
  const others = (charts.data ?? [])
    .filter(({ id, candleCount }) => id !== chartId && candleCount > 0)
    .map(({ id }) => id)
    .slice(0, MAX_OTHERS);
  const restart = (otherCharts: number[]) => {
    if (!isPending)
      void searchFor(session, { startTime, endTime, label: search.label, otherCharts });
  };
  return (
    <>
      <p className="-mt-1.5 text-muted text-xs">
        like{' '}
        {isOwn ? (
          <button
            type="button"
            title="Show the example; move its edges, and what is like it follows"
            onClick={() => chart && showExample(session, chart, search)}
            className="underline decoration-dotted underline-offset-2 hover:text-text"
          >
            {times.range(startTime, endTime)}
          </button>
        ) : (
          `${times.range(startTime, endTime)} of another chart`
        )}
      </p>
      {isOwn && others.length > 0 && (
        <Segmented
          label="Charts to search"
          value={search.charts.length > 1 ? 'all' : 'this'}
          options={[
            { value: 'this', text: 'This chart' },
            { value: 'all', text: `All ${others.length + 1} charts` },
          ]}
          onChange={(value) => value && restart(value === 'all' ? others : [])}
        />
      )}
    </>
  );
}

const MAX_OTHERS = 99;

function State({ search }: { search: Search }) {
  const { chart } = useSession();
  if (search.status === 'failed') return <Notice tone="error">{search.error}</Notice>;
  const found = search.charts.reduce((sum, { open, yes, no }) => sum + open + yes + no, 0);
  // While it is ranked anew, what was found stays.
  if (isActive({ status: search.status, stage: null }) && found === 0) {
    return <Searching />;
  }
  const own = search.charts.find(({ chartId }) => chartId === chart.id);
  return (
    <>
      <p role="status" data-testid="search-state">
        {found === 0
          ? 'Nothing like it that is not labelled already.'
          : `${formatCount(own?.open ?? 0)} wait here · ${sum(search, 'yes')} yes · ${sum(search, 'no')} no`}
      </p>
      <Line>{progressText(search)}</Line>
      <Line>
        {rankingText({
          charts: search.charts,
          rankedAt: search.answers,
          isRanking: isActive({ status: search.status, stage: null }),
        })}
      </Line>
      <TrainOffer search={search} />
      <OtherCharts search={search} />
    </>
  );
}

const sum = ({ charts }: Search, answer: 'yes' | 'no') =>
  charts.reduce((total, chart) => total + chart[answer], 0);

const Line = ({ children }: { children: string | null }) =>
  children && <p className="-mt-1.5 text-muted text-xs">{children}</p>;

/** What waits on other charts, a way to go there. */
function OtherCharts({ search }: { search: Search }) {
  const { chart } = useSession();
  const activeLabel = useView((state) => state.activeLabel);
  const utils = trpc.useUtils();
  const router = useRouter();
  const others = search.charts.filter(({ chartId, open }) => chartId !== chart.id && open > 0);
  if (others.length === 0) return null;
  return (
    <ul aria-label="On other charts" className="flex flex-col gap-1">
      {others.map(({ chartId, name, open }) => (
        <li key={chartId}>
          <Button
            className="w-full"
            onClick={() => {
              showSearch(openSession(chartId, utils, activeLabel), search.id);
              router.push(`/charts/${chartId}?panel=models`);
            }}
          >
            {formatCount(open)} on {name}
          </Button>
        </li>
      ))}
    </ul>
  );
}
