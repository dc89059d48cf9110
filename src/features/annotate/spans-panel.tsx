'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { formatCount } from '@/components/format';
import { derivedCounts, derivedList, labelCountsOf, spansOf } from '@/editor/derived';
import type { SpanRecord } from '@/editor/kinds/span';
import { trpc } from '@/trpc/client';
import { useShortcut } from '../session/command-context';
import { labelStyle } from '../session/label-style';
import { readAll } from '../session/read-all';
import { useRecords, useSession, useView } from '../session/session';
import { staleOf } from '../session/stale';
import { useTimes } from '../session/time-zone';
import { readTimeIn } from '../session/typed-time';
import { useMeasures } from './measured';
import { inOrder, MeasuredHead, MeasuredRow, type Order } from './measured-row';
import { RecordList } from './record-list';
import { type Bounds, boundsOf, NO_FILTER, passing, type SpanFilter } from './span-filter';
import { SpanFilters } from './span-filters';
import { NothingSelected, SpanInspector } from './span-inspector';
import { SpanRow } from './span-row';
import { StaleNotice } from './stale';

const sourceCountsOf = derivedCounts((record) => (record.kind === 'span' ? [record.source] : []));

/** Those whose spans are as they were are left alone. */
const Row = memo(SpanRow);

export function SpansPanel() {
  const { labels } = useSession();
  const records = useRecords();
  const spanKey = useShortcut('tool.span');
  const selected = useView((state) => state.selected);
  const [filter, setFilter] = useState(NO_FILTER);
  const [isTable, setIsTable] = useState(false);
  const [order, setOrder] = useState<Order>({ key: 'start', isDown: false });

  const byAuthor = useByAuthor(filter.author);
  const bounds = useBounds(filter);
  // Of 100,000 spans it takes longer than a frame: what is typed is shown before.
  const listed = useDeferredValue(filter);
  const listedBounds = useDeferredValue(bounds);
  const isFiltered = Object.values(listed).some((value) => value !== '');
  const listOf = useMemo(() => {
    if (!isFiltered) return spansOf;
    const textOf = ({ label, notes, source }: SpanRecord) =>
      `${labelStyle(labels, label).text} ${notes ?? ''} ${source}`;
    const passes = passing(listed, { textOf, byAuthor, bounds: listedBounds });
    return derivedList(
      (record): record is SpanRecord => record.kind === 'span' && passes(record),
      spansOf,
    );
  }, [labels, listed, isFiltered, byAuthor, listedBounds]);
  const found = listOf(records);
  const measures = useMeasures(found, isTable);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is measured by now orders them
  const spans = useMemo(
    () => (isTable ? inOrder(found, order, measures.of) : found),
    [found, isTable, order, measures.version],
  );
  const used = {
    labels: [...labelCountsOf(records).keys()].sort(),
    sources: [...sourceCountsOf(records).keys()].sort(),
  };
  const staleCount = staleOf(records).filter(({ kind }) => kind === 'span').length;
  const record = selected ? records.get(selected) : undefined;

  return (
    <>
      {record?.kind === 'span' ? (
        <SpanInspector key={record.uid} record={record} />
      ) : (
        <NothingSelected />
      )}
      <StaleNotice
        count={staleCount}
        names={['span', 'spans']}
        only={{
          isOn: filter.candles === 'stale',
          onChange: (isOn) => setFilter({ ...filter, candles: isOn ? 'stale' : '' }),
        }}
      />
      <SpanFilters
        filter={filter}
        bounds={bounds}
        onFilter={setFilter}
        used={used}
        isTable={isTable}
        onTable={setIsTable}
      />
      {isFiltered && (
        <p role="status" className="shrink-0 px-3.5 pb-1.5 text-muted text-xs tabular-nums">
          {formatCount(found.length)} of {formatCount(spansOf(records).length)}
        </p>
      )}
      {isTable && <MeasuredHead order={order} onOrder={setOrder} />}
      {isTable && measures.error && (
        <p className="px-4 py-1 text-down text-xs">They can’t be measured: {measures.error}</p>
      )}
      <RecordList
        records={spans}
        label="Spans"
        empty={
          isFiltered
            ? 'No span fits this search.'
            : `No spans yet. Press ${spanKey} and drag over a pattern on the chart.`
        }
        row={(span) =>
          isTable ? (
            <MeasuredRow record={span} measures={measures.of(span)} />
          ) : (
            <Row record={span} />
          )
        }
      />
    </>
  );
}

/** The times that are typed, by the clock in force; what is so long ago is counted from the chart's last bar. */
function useBounds({ from, to }: SpanFilter): Bounds {
  const { chart } = useSession();
  const { clock } = useTimes(chart);
  const { lastTime, timeframe } = chart;
  return useMemo(() => {
    const base = { from: lastTime ?? 0, last: lastTime };
    return boundsOf({ from, to }, (text) => readTimeIn(clock, text, base, timeframe));
  }, [from, to, clock, lastTime, timeframe]);
}

/** The uids of what somebody made; null while nobody is asked for. */
function useByAuthor(author: string): ReadonlySet<string> | null {
  const { chart } = useSession();
  const records = useRecords();
  const { client } = trpc.useUtils();
  const uids = useQuery({
    queryKey: ['spans of', chart.id, author, records.size],
    queryFn: async () => {
      const read = (window: { from: number; to: number; limit: number }) =>
        client.spans.list.query({ chartId: chart.id, authors: [author], ...window });
      const rows = await readAll(read, ({ startTime }) => startTime);
      return new Set(rows.map(({ uid }) => uid));
    },
    enabled: author !== '',
    placeholderData: keepPreviousData,
  });
  return author === '' ? null : (uids.data ?? null);
}
