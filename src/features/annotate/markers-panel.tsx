'use client';

import { useMemo } from 'react';
import { formatTime } from '@/components/format';
import type { MarkerRecord } from '@/editor/records';
import { removeRecord } from '../session/commands';
import { annotationStyle } from '../session/label-style';
import { useRecords, useSession, useView } from '../session/session';
import { DeleteButton } from './delete-button';
import { RecordList } from './record-list';

export function MarkersPanel() {
  const session = useSession();
  const { chart, annotationTypes } = session;
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const markers = useMemo(
    () =>
      [...records.values()]
        .filter((record): record is MarkerRecord => record.kind === 'marker')
        .sort((a, b) => a.time - b.time),
    [records],
  );
  const marker = markers.find(({ uid }) => uid === selected);
  return (
    <>
      {marker && (
        <section aria-label="Mark" className="flex items-center gap-3 px-3.5 py-3">
          <h2 className="font-semibold">
            {marker.id === null ? 'New marker' : `Mark #${marker.id}`}
          </h2>
          <span className="flex-1 whitespace-nowrap text-muted text-xs tabular-nums">
            {formatTime(marker.time, chart.timeframe)}
          </span>
          <DeleteButton what="marker" onClick={() => removeRecord(session, marker.uid)} />
        </section>
      )}
      <RecordList
        records={markers}
        label="Markers"
        empty="No markers yet. Press B and click a candle to marker a break."
        row={(row) => {
          const { text, color, direction } = annotationStyle(annotationTypes, row);
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
