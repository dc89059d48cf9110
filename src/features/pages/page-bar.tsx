'use client';

import { CandlestickChart } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { formatCount } from '@/components/format';
import { CHECKS } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { LabelNextButton } from '../next/label-next-button';
import { ThemeButton } from './theme-button';

/** The bar of the pages outside a chart: where one can go, and how much there is. */
export function PageBar({ children }: { children?: ReactNode }) {
  const searches = trpc.searches.all.useQuery({});
  const waiting = trpc.useQueries((t) => [
    t.runs.waiting({}),
    ...CHECKS.map((of) => t.runs.waiting({ of, limit: 1 })),
  ]);
  const isKnown = searches.data && waiting.every(({ data }) => data);
  const open = [...(searches.data ?? []), ...waiting.flatMap(({ data }) => data ?? [])]
    .flatMap((each) => each.charts)
    .reduce((sum, chart) => sum + chart.open, 0);
  const charts = trpc.charts.list.useQuery();
  const runs = trpc.runs.all.useQuery({});
  return (
    <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-1 border-line border-b bg-panel px-2">
      <CandlestickChart size={18} aria-label="candle-annotator" className="mx-1.5 text-accent" />
      <nav aria-label="Pages" className="flex items-center gap-1">
        <PageLink href="/" name="Charts" count={charts.data?.length} />
        <PageLink href="/review" name="Review" count={isKnown ? open : undefined} />
        <PageLink href="/models" name="Models" count={runs.data?.length} />
      </nav>
      <div className="flex-1" />
      {children}
      <LabelNextButton />
      <ThemeButton />
    </header>
  );
}

function PageLink({
  href,
  name,
  count,
}: {
  href: '/' | '/review' | '/models';
  name: string;
  count?: number | undefined;
}) {
  const path = usePathname();
  const isHere = href === '/' ? path === '/' : path.startsWith(href);
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className="rounded-md px-2.5 py-1 text-muted hover:bg-raised hover:text-text aria-[current]:bg-raised aria-[current]:font-medium aria-[current]:text-text"
    >
      {name}
      {count !== undefined && (
        <span className="ml-1.5 font-normal text-muted tabular-nums">{formatCount(count)}</span>
      )}
    </Link>
  );
}
