'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';
import type { ChartView } from '@/chart/types';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import { useChart } from '../session/chart-context';
import { select } from '../session/commands';
import { useSession, useView } from '../session/session';

const ROW_PX = 45;

/** A list that stays quick at ten thousand rows; a click selects a record and flies there. */
export function RecordList<R extends EditorRecord>(props: {
  records: R[];
  label: string;
  empty: string;
  row: (record: R) => ReactNode;
}) {
  const { records, label, empty, row } = props;
  const session = useSession();
  const chart = useChart();
  const selected = useView((state) => state.selected);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });

  const at = records.findIndex(({ uid }) => uid === selected);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at);
  }, [at, rows]);

  if (records.length === 0) return <p className="px-4 py-6 text-center text-muted">{empty}</p>;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto border-line border-t">
      <ul aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const record = records[index];
          if (!record) return null;
          const { uid } = record;
          const chosen = uid === selected;
          return (
            <li
              key={uid}
              className="absolute inset-x-0"
              style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                aria-current={chosen}
                onClick={() => {
                  select(session, uid);
                  if (chart) void show(chart, record);
                }}
                className={clsx(
                  'flex h-full w-full items-center gap-3 border-l-2 px-3.5 text-left',
                  chosen ? 'border-accent bg-accent-bg' : 'border-transparent hover:bg-raised',
                )}
              >
                {row(record)}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** A range comes in view as a whole; what has one bar keeps the zoom. */
function show(chart: ChartView, record: EditorRecord) {
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return first === last ? chart.goTo(first) : chart.showRange(first, last);
}
