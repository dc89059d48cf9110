'use client';

import { clsx } from 'clsx';
import { ChevronDown, TriangleAlert } from 'lucide-react';
import { formatCount } from '@/components/format';
import { Menu, MenuItem } from '@/components/menu';
import type { SpanLabelType } from '@/contract/spans';
import { useService } from '../pages/use-service';
import type { BoardPlace } from './address';
import { Shares } from './effort-strip';
import { setOf } from './review-sets';
import type { Candidate, Order, ReviewSet } from './sources/source';
import { SOURCES } from './sources/sources';
import { type Counts, countsOf, type SourceSets } from './use-sets';

type TabsProps = {
  all: readonly SourceSets[];
  shown: SourceSets;
  set?: ReviewSet | undefined;
  labels: readonly SpanLabelType[];
  go(to: Partial<BoardPlace>): void;
};

type Props = TabsProps & {
  set: ReviewSet;
  chartId: number | null;
  order: Order;
  candidates: readonly Candidate[];
  /** Of what is on the board. */
  counts: Counts;
  onOrder(order: Order): void;
};

/** Where not all of it fits in one row, the second row has what belongs to the chosen set. */
const BAR = 'flex shrink-0 flex-wrap items-stretch gap-x-1 border-line border-b bg-panel px-2';

/** The tabs alone, where the one that is shown has nothing. */
export function BareTabs(props: TabsProps) {
  return (
    <section aria-label="Sources" className={BAR}>
      <Tabs {...props} />
    </section>
  );
}

/** A tab for each source with what waits in it, and of the chosen set: charts, order and how far one is. */
export function SourceTabs(props: Props) {
  return (
    <section aria-label="Sources" className={BAR}>
      <Tabs {...props} />
      <div className="ml-auto flex h-[42px] min-w-0 items-center justify-end gap-1">
        <Sets {...props} />
        <Charts {...props} />
        <Orders {...props} />
        <Progress counts={props.counts} />
      </div>
    </section>
  );
}

function Tabs({ all, shown, set, labels, go }: TabsProps) {
  const service = useService();
  const isGone = service.data?.connected === false;
  return (
    <div
      role="tablist"
      aria-label="What waits"
      className="flex h-[42px] min-w-0 items-stretch gap-1"
    >
      {all.map((each) => {
        const { name, icon: Icon } = SOURCES[each.id];
        const isShown = each.id === shown.id;
        const own = isShown ? set : setOf(each, null);
        const open = own ? countsOf(own, null).open : 0;
        const title = own ? own.title(labels) : name;
        return (
          <button
            key={each.id}
            type="button"
            role="tab"
            aria-selected={isShown}
            onClick={() => go({ source: each.id, set: null, chart: null })}
            className={clsx(
              'flex min-w-0 items-center gap-2 whitespace-nowrap border-b-2 px-3',
              isShown
                ? 'border-accent font-semibold'
                : 'border-transparent text-muted hover:text-text',
            )}
          >
            <Icon
              size={15}
              className={clsx('shrink-0 max-[1200px]:hidden', isShown && 'text-accent')}
            />
            <span className="truncate" title={title}>
              {title}
            </span>
            <span className="font-normal text-muted tabular-nums">{formatCount(open)}</span>
            {isGone && isShown && (
              <TriangleAlert
                size={14}
                aria-label="No model service is connected: what was found stays, nothing new comes"
                className="text-warning"
              />
            )}
          </button>
        );
      })}
    </div>
  );
}

/** Earlier searches, or runs. */
function Sets({ shown, set, labels, go }: Props) {
  if (shown.sets.length < 2) return null;
  return (
    <Choice name="Choose" value={`${shown.sets.indexOf(set) + 1} of ${shown.sets.length}`}>
      {shown.sets.map((each) => (
        <MenuItem
          key={each.id}
          current={each.id === set.id}
          hint={`${formatCount(countsOf(each, null).open)} wait`}
          onSelect={() => go({ set: each.id, chart: null })}
        >
          {each.title(labels)}
        </MenuItem>
      ))}
    </Choice>
  );
}

function Charts({ set, chartId, go }: Props) {
  const charts = set.charts.filter(({ open, yes, no }) => open + yes + no > 0);
  if (charts.length < 2) return null;
  const chosen = charts.find((chart) => chart.chartId === chartId);
  return (
    <Choice name="Charts" value={chosen?.name ?? `${charts.length} charts`}>
      <MenuItem current={!chosen} onSelect={() => go({ set: set.id, chart: null })}>
        All charts
      </MenuItem>
      {charts.map((chart) => (
        <MenuItem
          key={chart.chartId}
          current={chart === chosen}
          hint={`${formatCount(chart.open)} wait`}
          onSelect={() => go({ set: set.id, chart: chart.chartId })}
        >
          {chart.name}
        </MenuItem>
      ))}
    </Choice>
  );
}

function Orders({ shown, order, candidates, onOrder }: Props) {
  const { orders } = SOURCES[shown.id];
  if (orders.length < 2) {
    return (
      <span className="px-2 text-muted">
        Order <span className="font-semibold text-text">{order.name}</span>
      </span>
    );
  }
  return (
    <Choice name="Order" value={order.name} isNamed>
      {orders.map((each) => (
        <OrderItem
          key={each.name}
          order={each}
          isCurrent={each.name === order.name}
          lacks={each.lacks?.(candidates) ?? null}
          onSelect={() => onOrder(each)}
        />
      ))}
    </Choice>
  );
}

/** An order; one that can't be had says why. */
function OrderItem(props: {
  order: Order;
  isCurrent: boolean;
  lacks: string | null;
  onSelect(): void;
}) {
  const { order, isCurrent, lacks, onSelect } = props;
  return (
    <MenuItem current={isCurrent} disabled={lacks !== null} onSelect={onSelect}>
      {order.name}
      {lacks !== null && <span className="block text-muted text-xs">{lacks}</span>}
    </MenuItem>
  );
}

function Choice(props: {
  name: string;
  value: string;
  isNamed?: boolean;
  children: React.ReactNode;
}) {
  const { name, value, isNamed = false, children } = props;
  return (
    <Menu
      width={280}
      trigger={
        <button
          type="button"
          aria-label={`${name}: ${value}`}
          className="flex h-7 min-w-0 items-center gap-1.5 rounded-md px-2 hover:bg-raised"
        >
          {isNamed && <span className="text-muted">{name}</span>}{' '}
          <span className={clsx('max-w-48 truncate', isNamed && 'font-semibold')}>{value}</span>
          <ChevronDown size={14} className="shrink-0 text-muted" />
        </button>
      }
    >
      {children}
    </Menu>
  );
}

function Progress({ counts: { open, yes, no } }: { counts: Counts }) {
  const total = open + yes + no;
  return (
    <div
      data-testid="board-counts"
      className="flex shrink-0 items-center gap-3 whitespace-nowrap border-line border-l px-3 text-muted"
    >
      <span>
        {formatCount(yes + no)} of {formatCount(total)}
      </span>
      <span className="hidden w-[116px] min-[1280px]:block">
        <Shares yes={yes} no={no} total={Math.max(1, total)} />
      </span>
      <span className="text-up">{formatCount(yes)} yes</span>
      <span className="text-down">{formatCount(no)} no</span>
    </div>
  );
}
