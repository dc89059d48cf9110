'use client';

import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { ChartView } from '@/chart/types';
import { Swatch } from '../annotate/swatch';
import { select } from '../session/commands';
import { labelStyle } from '../session/label-style';
import { type Session, useRecords, useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import type { OpenFold } from '../session/view-state';

const WIDTH_PX = 260;

/** What a "+n" over the candles stands for, while it is pointed at or opened by its key. */
export function FoldedList({ chart }: { chart: ChartView }) {
  const session = useSession();
  const { view } = session;
  const folded = useView((state) => state.folded);
  useEffect(
    () =>
      chart.onPointer(({ type, folded: pill, button }) => {
        const open = view.getState().folded;
        if (type === 'down' && button === 0 && pill) {
          view.setState({ folded: { pill, hasFocus: true } });
          return true;
        }
        if (type === 'down') view.setState({ folded: null });
        if (type === 'move' && !open?.hasFocus && pill?.uids !== open?.pill.uids) {
          view.setState({ folded: pill && { pill, hasFocus: false } });
        }
        return false;
      }),
    [chart, view],
  );
  useEffect(() => chart.onViewChange(() => closeIfOpen(view)), [chart, view]);
  if (!folded) return null;
  const close = () => view.setState({ folded: null });
  return (
    <List
      key={folded.pill.uids.join()}
      {...folded}
      plotWidth={chart.plot()?.widthPx ?? 0}
      onClose={close}
      onChoose={(uid) => {
        close();
        select(session, uid);
      }}
    />
  );
}

/** At each frame of a pan: what is closed costs no more than a look. */
function closeIfOpen(view: Session['view']) {
  if (view.getState().folded) view.setState({ folded: null });
}

type ListProps = OpenFold & {
  plotWidth: number;
  onClose: () => void;
  onChoose: (uid: string) => void;
};

function List({ pill, hasFocus, plotWidth, onClose, onChoose }: ListProps) {
  const { labels, chart } = useSession();
  const times = useTimes(chart);
  const records = useRecords();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (hasFocus) list.current?.querySelector('button')?.focus();
  }, [hasFocus]);

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') onClose();
    if (step) {
      const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
      const at = buttons.findIndex((button) => button.contains(document.activeElement));
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
      event.preventDefault();
    }
    // The keys are the list's while it has the focus.
    event.stopPropagation();
  }

  return (
    <ul
      ref={list}
      aria-label={`${pill.uids.length} folded annotations`}
      onPointerLeave={() => hasFocus || onClose()}
      onKeyDown={onKeyDown}
      className="absolute z-20 max-h-64 overflow-y-auto rounded-lg border border-line bg-panel p-1 text-xs"
      style={{
        left: Math.max(0, Math.min(pill.leftPx, plotWidth - WIDTH_PX)),
        top: pill.bottomPx - 1,
        width: WIDTH_PX,
      }}
    >
      {pill.uids.map((uid) => {
        const record = records.get(uid);
        if (record?.kind !== 'span' && record?.kind !== 'prediction') return null;
        const { text, color } = labelStyle(labels, record.label);
        return (
          <li key={uid}>
            <button
              type="button"
              onClick={() => onChoose(uid)}
              className="flex w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-raised"
            >
              <Swatch color={color} />
              <span className="min-w-0 flex-1 truncate">{text}</span>
              <span className="text-muted tabular-nums">
                {times.range(record.startTime, record.endTime)}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
