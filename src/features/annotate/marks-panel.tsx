'use client';

import { useMemo } from 'react';
import { formatTime } from '@/components/format';
import type { MarkRecord } from '@/editor/records';
import { removeRecord } from '../session/commands';
import { markStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { DeleteButton } from './delete-button';
import { RecordList } from './record-list';

export function MarksPanel() {
  const session = useSession();
  const { chart, markTypes } = session;
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const marks = useMemo(
    () =>
      [...records.values()]
        .filter((record): record is MarkRecord => record.kind === 'annotation')
        .sort((a, b) => a.time - b.time),
    [records],
  );
  const mark = marks.find(({ uid }) => uid === selected);
  return (
    <>
      {mark && (
        <section aria-label="Mark" className="flex items-center gap-3 px-3.5 py-3">
          <h2 className="font-semibold">{mark.id === null ? 'New mark' : `Mark #${mark.id}`}</h2>
          <span className="flex-1 whitespace-nowrap text-muted text-xs tabular-nums">
            {formatTime(mark.time, chart.timeframe)}
          </span>
          <DeleteButton what="mark" onClick={() => removeRecord(session, mark.uid)} />
        </section>
      )}
      <RecordList
        records={marks}
        label="Marks"
        empty="No marks yet. Press B and click a candle to mark a break."
        row={(row) => {
          const { text, color, direction } = markStyle(markTypes, row);
          return (
            <>
              <span style={{ color }} className="w-2.5 text-center text-[10px]">
                {direction === 'up' ? '▲' : direction === 'down' ? '▼' : '●'}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate leading-[18px]">{text}</span>
                <span className="block text-muted text-xs leading-4">
                  {formatTime(row.time, chart.timeframe)}
                </span>
              </span>
            </>
          );
        }}
      />
    </>
  );
}
