'use client';

import { MoreHorizontal } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/button';
import { formatAgo, formatCount, formatTimeframe } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Menu, MenuItem } from '@/components/menu';
import type { Chart } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { Swatch } from '../annotate/swatch';
import { useNow } from '../models/use-now';
import { useLabelNext } from '../next/use-label-next';
import { labelStyle } from '../session/label-style';
import { type Listed, spanCount } from './chart-order';
import { ChartPicture } from './chart-picture';
import { DeleteChartDialog } from './delete-chart-dialog';
import { ExampleTag } from './example-tag';
import { RenameChartDialog } from './rename-chart-dialog';
import { staleAddress } from './stale-address';

/** Widths of picture, name, candles, spans, examined and last work; the last two need room, and the name keeps some. */
export const COLUMNS =
  'grid grid-cols-[96px_minmax(0,1fr)_72px_112px] min-[1240px]:grid-cols-[184px_minmax(0,1fr)_88px_168px] min-[1400px]:grid-cols-[184px_minmax(0,1fr)_80px_200px_104px_96px] items-center gap-4';
const ROOMY = 'hidden min-[1400px]:block';

/** One chart of the list: a link to it, with what is on it. */
export function ChartRow({ listed, labels }: { listed: Listed; labels: SpanLabelType[] }) {
  const { chart, overview } = listed;
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const [row, isSeen] = useSeen<HTMLLIElement>();
  const now = useNow();
  const picture = trpc.charts.picture.useQuery(
    { chartId: chart.id },
    { enabled: isSeen && chart.candleCount > 0 },
  );
  const { lastWork } = overview ?? {};
  const next = useLabelNext(chart.id);
  const router = useRouter();
  const isDone =
    chart.candleCount === 0 || (picture.data?.examinedCandles ?? 0) >= chart.candleCount;
  const stale = overview?.stale ?? null;
  const check = stale && staleAddress(chart, stale);
  const action = check ? 'check' : isDone ? 'open' : 'label next';
  return (
    <li
      ref={row}
      className="group flex h-[72px] items-center border-line border-b border-l-2 border-l-transparent pr-2 focus-within:border-l-accent focus-within:bg-accent-bg hover:bg-raised"
    >
      <Link
        href={`/charts/${chart.id}`}
        data-chart={chart.id}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.repeat) return;
          if (action === 'open') return;
          event.preventDefault();
          if (check) router.push(check);
          else void next.go();
        }}
        className={`${COLUMNS} h-full min-w-0 flex-1 px-4 outline-none`}
      >
        {isSeen && chart.candleCount > 0 ? (
          <ChartPicture chart={chart} picture={picture.data} labels={labels} />
        ) : (
          <span />
        )}
        <span className="min-w-0">
          <span className="flex items-center gap-2">
            <span className="truncate font-semibold text-sm" title={chart.name}>
              {chart.name}
            </span>
            {chart.timeframe !== null && (
              <span className="rounded border border-line px-1.5 text-[11px] text-muted leading-4">
                {formatTimeframe(chart.timeframe)}
              </span>
            )}
          </span>
          {next.problem ? (
            <span role="status" className="line-clamp-2 text-warning text-xs leading-4">
              {next.problem}
            </span>
          ) : stale ? (
            <span className="block truncate text-warning text-xs">{staleText(stale.count)}</span>
          ) : (
            <span className="flex gap-2 truncate text-muted text-xs">
              <ExampleTag spans={overview?.exampleSpans ?? 0} />
              {chart.symbol}
            </span>
          )}
        </span>
        <span className="text-right tabular-nums">
          {formatCount(chart.candleCount)}
          <span className="block text-muted text-xs">{yearsOf(chart)}</span>
        </span>
        <Spans listed={listed} labels={labels} />
        <span className={ROOMY}>
          {picture.data && (
            <Examined candles={chart.candleCount} examined={picture.data.examinedCandles} />
          )}
        </span>
        <span className={`${ROOMY} min-w-0`}>
          {lastWork ? (
            <>
              <span className="block truncate">{lastWork.by}</span>
              <span className="block text-muted text-xs">{formatAgo(lastWork.at, now)}</span>
            </>
          ) : (
            <span className="block text-muted text-xs">
              made <span className="block">{formatAgo(chart.createdAt, now)}</span>
            </span>
          )}
        </span>
      </Link>
      {check ? (
        <Link
          href={check}
          tabIndex={-1}
          aria-label={`Check what is stale on ${chart.name}`}
          className="mx-1 inline-flex h-7 w-[112px] shrink-0 items-center justify-center gap-2 rounded-md border border-warning bg-raised px-2.5 font-medium text-warning hover:border-faint"
        >
          Check {formatCount(stale.count)}
        </Link>
      ) : action === 'open' ? (
        <Link
          href={`/charts/${chart.id}`}
          tabIndex={-1}
          className="mx-1 inline-flex h-7 w-[112px] shrink-0 items-center justify-center rounded-md border border-line bg-raised px-2.5 font-medium hover:border-faint"
        >
          Open
        </Link>
      ) : (
        <Button
          tabIndex={-1}
          disabled={next.isAsking}
          aria-label={`Label next on ${chart.name}`}
          className="mx-1 w-[112px] shrink-0 group-focus-within:border-transparent group-focus-within:bg-solid group-focus-within:text-white"
          onClick={() => void next.go()}
        >
          {next.isAsking ? 'Looking…' : 'Label next'}
          <Kbd className="hidden! border-white/40 text-white! group-focus-within:inline-block!">
            ↵
          </Kbd>
        </Button>
      )}
      <Menu
        width={180}
        trigger={
          <button
            type="button"
            aria-label={`More for ${chart.name}`}
            className="rounded-md p-1.5 text-muted hover:bg-panel hover:text-text"
          >
            <MoreHorizontal size={16} />
          </button>
        }
      >
        <MenuItem onSelect={() => setDialog('rename')}>Rename</MenuItem>
        <MenuItem danger onSelect={() => setDialog('delete')}>
          Delete
        </MenuItem>
      </Menu>
      {dialog === 'rename' && <RenameChartDialog chart={chart} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteChartDialog chart={chart} onClose={() => setDialog(null)} />}
    </li>
  );
}

const staleText = (count: number) =>
  `${formatCount(count)} stale: ${count === 1 ? 'its' : 'their'} candles changed`;

function yearsOf({ firstTime, lastTime }: Chart): string {
  if (firstTime === null || lastTime === null) return '';
  const [from, to] = [firstTime, lastTime].map((time) => new Date(time * 1000).getUTCFullYear());
  return from === to ? String(from) : `${from}–${to}`;
}

const NAMED = 2;

/** Spans by label as one bar with their total; the two most frequent by name. */
function Spans({ listed, labels }: { listed: Listed; labels: SpanLabelType[] }) {
  const total = spanCount(listed);
  if (!listed.overview) return <span />;
  if (total === 0) return <span className="text-muted">No spans yet</span>;
  const spans = listed.overview.spans.map(({ label, count }) => ({
    ...{ label, count, ...labelStyle(labels, label) },
  }));
  const rest = spans.slice(NAMED).reduce((sum, { count }) => sum + count, 0);
  return (
    <span className="min-w-0">
      <span className="flex items-center gap-2">
        <span className="flex h-[6px] flex-1 gap-px overflow-hidden rounded">
          {spans.map(({ label, count, color }) => (
            <span key={label} style={{ flexGrow: count, background: color }} />
          ))}
        </span>
        <span className="tabular-nums">{formatCount(total)}</span>
      </span>
      <span className="flex gap-2 overflow-hidden whitespace-nowrap text-muted text-xs">
        {spans.slice(0, NAMED).map(({ label, text, color, count }) => (
          <span key={label} className="flex min-w-0 items-center gap-1">
            <Swatch color={color} /> <span className="truncate">{text}</span> {formatCount(count)}
          </span>
        ))}
        {rest > 0 && <span>+{formatCount(rest)}</span>}
      </span>
    </span>
  );
}

function Examined({ candles, examined }: { candles: number; examined: number }) {
  const share = candles > 0 ? examined / candles : 0;
  return (
    <>
      <span className="flex justify-between tabular-nums">
        {examined === 0 ? 'None' : `${Math.round(share * 100)} %`}
        <span className="text-muted text-xs">{examined > 0 && formatCount(examined)}</span>
      </span>
      <span className="mt-1 block h-[4px] overflow-hidden rounded bg-line">
        <span
          className={`block h-full ${share >= 1 ? 'bg-up' : 'bg-accent'}`}
          style={{ width: `${share * 100}%` }}
        />
      </span>
    </>
  );
}

/** Whether it has been on screen: a long list asks for pictures as they come. */
function useSeen<E extends HTMLElement>() {
  const element = useRef<E>(null);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        setIsSeen(true);
        observer.disconnect();
      },
      { rootMargin: '200px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, isSeen] as const;
}
