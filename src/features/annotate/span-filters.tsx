'use client';

import { ListFilter, Search, Table2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { Button } from '@/components/button';
import { trpc } from '@/trpc/client';
import { labelStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import type { TypedTime } from '../session/typed-time';
import { sourceText } from './source-text';
import { type Bounds, countOf, NO_FILTER, type SpanFilter } from './span-filter';

const FIELD = 'h-[27px] rounded-md border border-line bg-raised px-1.5';

/** What is listed: words, a label, and behind a button all the rest; and whether as a table. */
export function SpanFilters(props: {
  filter: SpanFilter;
  bounds: Bounds;
  onFilter: (filter: SpanFilter) => void;
  used: { labels: readonly string[]; sources: readonly string[] };
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}) {
  const { filter, bounds, onFilter, used, isTable, onTable } = props;
  const { labels } = useSession();
  const set = (part: Partial<SpanFilter>) => onFilter({ ...filter, ...part });
  const count = countOf(filter);
  return (
    <div className="flex shrink-0 gap-1.5 border-line border-t p-2">
      <label className="flex h-[27px] min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-raised px-2 text-faint">
        <Search size={15} className="shrink-0" />
        <input
          type="search"
          value={filter.words}
          onChange={(event) => set({ words: event.target.value })}
          placeholder="Search"
          aria-label="Search spans"
          className="min-w-0 flex-1 bg-transparent text-text outline-none"
        />
      </label>
      <select
        aria-label="Filter by label"
        value={filter.label}
        onChange={(event) => set({ label: event.target.value })}
        className={`${FIELD} max-w-24 text-muted`}
      >
        <option value="">All labels</option>
        {used.labels.map((name) => (
          <option key={name} value={name}>
            {labelStyle(labels, name).text}
          </option>
        ))}
      </select>
      <Popover.Root>
        <Popover.Trigger asChild>
          <Button
            className="h-[27px] px-1.5"
            aria-label={count > 0 ? `More filters, ${count} set` : 'More filters'}
          >
            <ListFilter size={15} />
            {count > 0 && <span className="text-accent">{count}</span>}
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="end"
            sideOffset={6}
            aria-label="Filters"
            className="z-50 flex w-64 flex-col gap-2 rounded-lg border border-line bg-panel p-3"
          >
            <MoreFilters filter={filter} bounds={bounds} sources={used.sources} set={set} />
            <Button
              onClick={() => onFilter({ ...NO_FILTER, words: filter.words, label: filter.label })}
            >
              Clear these
            </Button>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <Button
        className="h-[27px] px-1.5 aria-pressed:border-accent aria-pressed:text-accent"
        aria-label="Table of measures"
        aria-pressed={isTable}
        onClick={() => onTable(!isTable)}
      >
        <Table2 size={15} />
      </Button>
    </div>
  );
}

function MoreFilters(props: {
  filter: SpanFilter;
  bounds: Bounds;
  sources: readonly string[];
  set: (part: Partial<SpanFilter>) => void;
}) {
  const { filter, bounds, sources, set } = props;
  const { chart } = useSession();
  const authors = trpc.spans.authors.useQuery({ chartId: chart.id });
  return (
    <>
      <Choice name="Source" value={filter.source} onChange={(source) => set({ source })}>
        {sources.map((source) => (
          <option key={source} value={source}>
            {sourceText(source)}
          </option>
        ))}
      </Choice>
      <Choice
        name="Confidence"
        value={filter.confidence}
        onChange={(confidence) => set({ confidence })}
      >
        {['1', '2', '3', '4', '5'].map((value) => (
          <option key={value}>{value}</option>
        ))}
        <option value="none">None</option>
      </Choice>
      <Choice name="Outcome" value={filter.outcome} onChange={(outcome) => set({ outcome })}>
        <option value="win">Win</option>
        <option value="loss">Loss</option>
        <option value="breakeven">Even</option>
        <option value="none">None</option>
      </Choice>
      <Choice
        name="Candles"
        value={filter.candles}
        onChange={(candles) => set({ candles: candles === 'stale' ? candles : '' })}
      >
        <option value="stale">Changed since (stale)</option>
      </Choice>
      <Choice name="Author" value={filter.author} onChange={(author) => set({ author })}>
        {authors.data?.map(({ id, name, count }) => (
          <option key={id} value={id}>
            {name} ({count})
          </option>
        ))}
      </Choice>
      <Time name="From" value={filter.from} read={bounds.from} onChange={(from) => set({ from })} />
      <Time name="To" value={filter.to} read={bounds.to} onChange={(to) => set({ to })} />
    </>
  );
}

function Choice(props: {
  name: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <label className="grid grid-cols-[84px_1fr] items-center">
      <span className="text-muted">{props.name}</span>
      <select
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        className={`${FIELD} min-w-0`}
      >
        <option value="">Any</option>
        {props.children}
      </select>
    </label>
  );
}

function Time(props: {
  name: 'From' | 'To';
  value: string;
  read: TypedTime | null;
  onChange: (value: string) => void;
}) {
  const { name, value, read, onChange } = props;
  const { chart } = useSession();
  const times = useTimes(chart);
  const id = useId();
  const problem = read && 'problem' in read ? read.problem : null;
  // Of a day, a month or a year that ends it, its last second.
  const time = read && 'time' in read ? (name === 'From' ? read.time : read.after - 1) : null;
  return (
    <label className="grid grid-cols-[84px_1fr] items-center gap-y-0.5">
      <span className="text-muted">{name}</span>
      <input
        value={value}
        placeholder="feb 2010, −3w, now"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={id}
        onChange={(event) => onChange(event.target.value)}
        className={`${FIELD} w-full aria-invalid:border-down`}
      />
      <span
        id={id}
        className={`col-start-2 text-xs tabular-nums ${problem ? 'text-warning' : 'text-muted'}`}
      >
        {problem ?? (time !== null && times.time(time))}
      </span>
    </label>
  );
}
