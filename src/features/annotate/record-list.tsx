'use client';

import { clsx } from 'clsx';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
} from 'react';
import type { ChartView } from '@/chart/types';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import type { List } from '@/editor/sorted';
import { useChart } from '../session/chart-context';
import { select } from '../session/commands';
import { selectAll, toggle } from '../session/selection';
import { useRecords, useSaveState, useSelection, useSession, useView } from '../session/session';
import { useRows } from './use-rows';

const ROW_PX = 45;

/** A list that stays quick at 100,000 rows; a click selects a record and flies there; with Ctrl or Shift it selects several. */
export function RecordList<R extends EditorRecord>(props: {
  records: List<R>;
  label: string;
  empty: string;
  row: (record: R) => ReactNode;
}) {
  const { records, label, empty, row } = props;
  const session = useSession();
  const chart = useChart();
  const all = useRecords();
  const { loaded } = useSaveState();
  const selected = useView((state) => state.selected);
  const chosen = new Set(useSelection().map(({ uid }) => uid));
  const id = useId();
  const { ref, rows, scrollTo } = useRows(records.length, ROW_PX);

  // What can be done with all that is listed is done by commands.
  useEffect(() => {
    session.view.setState({ listed: records });
  }, [session.view, records]);
  useEffect(() => () => session.view.setState({ listed: null }), [session.view]);

  const choose = (record: R | undefined) => {
    if (!record) return;
    select(session, record.uid);
    if (chart) void show(chart, record);
  };
  const click = (event: MouseEvent, index: number, record: R) => {
    if (event.shiftKey) {
      const from = at < 0 ? index : at;
      const range = records.slice(Math.min(from, index), Math.max(from, index) + 1);
      selectAll(
        session,
        range.map(({ uid }) => uid),
      );
    } else if (event.ctrlKey || event.metaKey) toggle(session, record.uid);
    else choose(record);
  };

  const anchor = selected === null ? undefined : all.get(selected);
  // By identity: a look into each of 100,000 records takes longer than a frame.
  const at = useMemo(
    () => (anchor ? (records as List<EditorRecord>).indexOf(anchor) : -1),
    [records, anchor],
  );
  useEffect(() => {
    if (at >= 0) scrollTo(at);
  }, [at, scrollTo]);

  /** The arrows go through the list while it has the focus. */
  const move = (event: KeyboardEvent) => {
    const to = targetOf(event.key, at, records.length);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    choose(records.at(to));
  };

  if (records.length === 0) {
    return <p className="px-4 py-6 text-center text-muted">{loaded ? empty : 'Not read yet.'}</p>;
  }
  return (
    <div ref={ref} className="min-h-36 flex-1 overflow-y-auto border-line border-t">
      <div
        role="listbox"
        aria-label={label}
        aria-multiselectable="true"
        aria-activedescendant={rows.includes(at) ? `${id} ${at}` : undefined}
        tabIndex={0}
        onKeyDown={move}
        className="relative focus-visible:-outline-offset-2"
        style={{ height: records.length * ROW_PX }}
      >
        {rows.map((index) => {
          const record = records.at(index);
          if (!record) return null;
          const { uid } = record;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the list
            <div
              key={uid}
              id={`${id} ${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={chosen.has(uid)}
              aria-posinset={index + 1}
              aria-setsize={records.length}
              onMouseDown={leaveFocus}
              onClick={(event) => click(event, index, record)}
              className={clsx(
                'absolute inset-x-0 flex cursor-pointer items-center gap-3 border-l-2 px-3.5 text-left',
                chosen.has(uid) ? 'bg-accent-bg' : 'hover:bg-raised',
                uid === selected ? 'border-accent' : 'border-transparent',
              )}
              style={{ height: ROW_PX, transform: `translateY(${index * ROW_PX}px)` }}
            >
              {row(record)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A click takes the focus from a field, and leaves it to the chart. */
function leaveFocus(event: MouseEvent) {
  event.preventDefault();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** The row that a key goes to, from the chosen one or from outside of the list. */
function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
      return at < 0 ? count - 1 : Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** A range comes in view as a whole; what has one bar keeps the zoom. */
function show(chart: ChartView, record: EditorRecord) {
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return first === last ? chart.goTo(first) : chart.showRange(first, last);
}
