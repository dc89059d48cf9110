'use client';

import { Search, Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Tooltip } from 'radix-ui';
import { useRef, useState } from 'react';
import { Button } from '@/components/button';
import { FIELD } from '@/components/field';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Notice } from '@/components/notice';
import type { Chart } from '@/contract/charts';
import { trpc } from '@/trpc/client';
import { DropZone } from '../import/drop-zone';
import { PageBar } from '../pages/page-bar';
import { PageFooter } from '../pages/page-footer';
import { useShownColors } from '../pages/safe-colors';
import { arranged, ORDERS, type Order } from './chart-order';
import { ChartRow, COLUMNS } from './chart-row';
import { DeletedCharts } from './deleted-charts';
import { OldDatabaseNotice } from './old-database-notice';
import { OpenExample } from './open-example';
import { Waiting } from './waiting';

/** All charts with what is on them, and what waits; everything has a key. */
export function ChartList(props: {
  charts: Chart[];
  onFiles: (files: File[]) => void;
  onImport: () => void;
}) {
  const { charts, onFiles, onImport } = props;
  const router = useRouter();
  const overview = trpc.charts.overview.useQuery();
  const labels = trpc.spans.types.useQuery();
  const shownLabels = useShownColors(labels.data) ?? [];
  const [words, setWords] = useState('');
  const [order, setOrder] = useState<Order>('work');
  const search = useRef<HTMLInputElement>(null);
  const rows = useRef<HTMLUListElement>(null);
  const shown = arranged(charts, overview.data ?? [], { words, order, labels: shownLabels });
  const move = (step: 1 | -1) => {
    const links = [...(rows.current?.querySelectorAll<HTMLElement>('a[data-chart]') ?? [])];
    const at = links.findIndex((link) => link.matches(':focus'));
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  const openFocused = () => {
    const focused = document.activeElement;
    const id = focused instanceof HTMLElement ? focused.dataset.chart : undefined;
    if (id !== undefined) router.push(`/charts/${id}`);
  };
  const candles = charts.reduce((sum, { candleCount }) => sum + candleCount, 0);
  const counts = overview.data?.flatMap((each) => each.spans);
  const spans = counts?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const error = overview.error ?? labels.error;
  return (
    <Tooltip.Provider>
      <div className="flex h-dvh min-w-[640px] flex-col overflow-hidden">
        <PageBar />
        <div className="flex min-h-0 flex-1 max-[900px]:flex-col max-[900px]:overflow-y-auto">
          <main className="flex min-w-0 flex-1 flex-col max-[900px]:flex-none">
            <header className="flex shrink-0 flex-wrap items-center gap-2 px-5 py-3">
              <h1 className="flex-1 whitespace-nowrap font-semibold text-base">
                Charts <span className="ml-1 font-normal text-muted">{charts.length}</span>
              </h1>
              <label className="relative w-60 shrink-0">
                <Search size={14} className="absolute top-2 left-2 text-muted" />
                <input
                  ref={search}
                  type="search"
                  aria-label="Search charts and labels"
                  placeholder="Search charts, labels"
                  className={`${FIELD} pr-7 pl-7`}
                  value={words}
                  onChange={(event) => setWords(event.target.value)}
                  onKeyDown={(event) => {
                    if (event.key === 'ArrowDown' || event.key === 'Enter') {
                      event.preventDefault();
                      move(1);
                    } else if (event.key === 'Escape') setWords('');
                  }}
                />
                {words === '' && (
                  <span className="pointer-events-none absolute top-1 right-2">
                    <Kbd>/</Kbd>
                  </span>
                )}
              </label>
              <div className="w-40 shrink-0">
                <select
                  aria-label="Sort by"
                  className={FIELD}
                  value={order}
                  onChange={(event) => setOrder(event.target.value as Order)}
                >
                  {Object.entries(ORDERS).map(([value, name]) => (
                    <option key={value} value={value}>
                      Sort: {name}
                    </option>
                  ))}
                </select>
              </div>
              <Button icon={<Upload size={15} />} shortcut="I" onClick={onImport}>
                Import
              </Button>
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto pb-5">
              {error && (
                <div className="px-5 pb-3">
                  <Notice tone="error">What is on the charts can’t be read: {error.message}</Notice>
                </div>
              )}
              <div
                className={`${COLUMNS} border-line border-b pr-[174px] pl-[18px] pb-1.5 text-muted text-xs`}
              >
                <span>Price, spans, examined</span>
                <span>Chart</span>
                <span className="text-right">Candles</span>
                <span>Spans by label</span>
                <span className="hidden min-[1400px]:block">Examined</span>
                <span className="hidden min-[1400px]:block">Last work</span>
              </div>
              <ul ref={rows} aria-label="Charts">
                {shown.map((listed) => (
                  <ChartRow key={listed.chart.id} listed={listed} labels={shownLabels} />
                ))}
              </ul>
              {shown.length === 0 && (
                <p className="px-5 py-6 text-muted">
                  No chart, and no label on one, is called “{words}”.
                </p>
              )}
              <div className="flex flex-col gap-4 px-5 pt-4">
                <DropZone onFiles={onFiles} />
                {overview.data && counts?.length === 0 && <OpenExample />}
                <DeletedCharts />
                <OldDatabaseNotice />
              </div>
            </div>
          </main>
          <Waiting labels={shownLabels} />
        </div>
        <PageFooter
          keys={[
            {
              written: '↑ ↓',
              hint: 'choose',
              run: [
                ['ArrowUp', () => move(-1)],
                ['ArrowDown', () => move(1)],
              ],
            },
            { written: '↵', hint: 'label next', run: [] },
            { written: 'O', hint: 'open', run: [['o', openFocused]] },
            { written: 'D', hint: 'review', run: [['d', () => router.push('/review')]] },
            { written: '/', hint: 'search', run: [['/', () => search.current?.focus()]] },
            { written: 'I', hint: 'import', run: [['i', onImport]] },
          ]}
        >
          {charts.length} {charts.length === 1 ? 'chart' : 'charts'} · {formatCount(candles)}{' '}
          candles · {formatCount(spans)} {spans === 1 ? 'span' : 'spans'}
        </PageFooter>
      </div>
    </Tooltip.Provider>
  );
}
