'use client';

import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { SpanRecord } from '@/editor/kinds/span';
import { useShortcut } from '../session/command-context';
import { labelStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { EarlyEndsNotice } from './early-ends-notice';
import { RecordList } from './record-list';
import { NothingSelected, SpanInspector } from './span-inspector';
import { SpanRow } from './span-row';
import { useEarlyEnds } from './use-early-ends';

export function SpansPanel() {
  const { labels } = useSession();
  const records = useRecords();
  const spanKey = useShortcut('tool.span');
  const selected = useView((state) => state.selected);
  const [search, setSearch] = useState('');
  const [label, setLabel] = useState('');
  const ends = useEarlyEnds();
  const [isReviewing, setIsReviewing] = useState(false);
  const reviewed = isReviewing && ends.open.size > 0 ? ends.open : null;

  const spans = useMemo(() => {
    const words = search.toLowerCase();
    return [...records.values()]
      .filter((record): record is SpanRecord => record.kind === 'span')
      .filter((span) => !reviewed || reviewed.has(span.uid))
      .filter((span) => label === '' || span.label === label)
      .filter((span) =>
        `${labelStyle(labels, span.label).text} ${span.notes ?? ''} ${span.source}`
          .toLowerCase()
          .includes(words),
      )
      .sort((a, b) => a.startTime - b.startTime);
  }, [records, labels, search, label, reviewed]);
  const used = useMemo(() => {
    const names = new Set<string>();
    for (const record of records.values()) if (record.kind === 'span') names.add(record.label);
    return [...names].sort();
  }, [records]);
  const record = selected ? records.get(selected) : undefined;

  return (
    <>
      {record?.kind === 'span' ? (
        <SpanInspector key={record.uid} record={record} />
      ) : (
        <NothingSelected />
      )}
      <EarlyEndsNotice ends={ends} isReviewing={isReviewing} onReview={setIsReviewing} />
      <div className="flex shrink-0 gap-2 border-line border-t p-2">
        <label className="flex h-[27px] min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-raised px-2 text-faint">
          <Search size={15} />
          <input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder="Search spans"
            aria-label="Search spans"
            className="min-w-0 flex-1 bg-transparent text-text outline-none"
          />
        </label>
        <select
          aria-label="Filter by label"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
          className="h-[27px] max-w-28 rounded-md border border-line bg-raised px-1.5 text-muted"
        >
          <option value="">All labels</option>
          {used.map((name) => (
            <option key={name} value={name}>
              {labelStyle(labels, name).text}
            </option>
          ))}
        </select>
      </div>
      <RecordList
        records={spans}
        label="Spans"
        empty={
          search || label
            ? 'No span fits this search.'
            : `No spans yet. Press ${spanKey} and drag over a pattern on the chart.`
        }
        row={(span) => <SpanRow record={span} />}
      />
    </>
  );
}
