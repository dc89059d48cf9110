'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import type { ChartView } from '@/chart/types';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import { useChart } from '../session/chart-context';
import { select } from '../session/commands';
import { selectAll, toggle } from '../session/selection';
import { useSelection, useSession, useView } from '../session/session';

const ROW_PX = 45;

/** A list that stays quick at ten thousand rows; a click selects a record and flies there; with Ctrl or Shift it selects several. */
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
  const chosen = new Set(useSelection().map(({ uid }) => uid));
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });

  // What can be done with all that is listed is done by commands.
  useEffect(() => {
    session.view.setState({ listed: records.map(({ uid }) => uid) });
    return () => session.view.setState({ listed: null });
  }, [session.view, records]);

  const click = (event: MouseEvent, index: number, record: R) => {
    if (event.shiftKey) {
      const from = at < 0 ? index : at;
      const range = records.slice(Math.min(from, index), Math.max(from, index) + 1);
      selectAll(
        session,
        range.map(({ uid }) => uid),
      );
    } else if (event.ctrlKey || event.metaKey) toggle(session, record.uid);
    else {
      select(session, record.uid);
      if (chart) void show(chart, record);
    }
  };

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
          return (
            <li
              key={uid}
              className="absolute inset-x-0"
              style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                aria-current={chosen.has(uid)}
                onClick={(event) => click(event, index, record)}
                className={clsx(
                  'flex h-full w-full items-center gap-3 border-l-2 px-3.5 text-left',
                  chosen.has(uid) ? 'bg-accent-bg' : 'hover:bg-raised',
                  uid === selected ? 'border-accent' : 'border-transparent',
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
