'use client';

import { useMemo } from 'react';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import { useShortcut } from '../session/command-context';
import { useRecords, useView } from '../session/session';
import { isStale } from '../session/stale';
import { annotationKindOf } from './kinds/kinds';
import { NotesField } from './notes-field';
import { RecordList } from './record-list';
import { StaleLine, StaleNotice } from './stale';

/** Whether this panel lists it: everything but spans and predictions, which have panels of their own. */
export const isListed = ({ kind }: EditorRecord) =>
  definitionOf(kind).storage.entity === 'annotation';
const timeOf = (record: EditorRecord) => definitionOf(record.kind).anchors(record)[0]?.time ?? 0;

export function MarkersPanel() {
  const records = useRecords();
  const markerKey = useShortcut('tool.marker');
  const selected = useView((state) => state.selected);
  const listed = useMemo(
    () => [...records.values()].filter(isListed).sort((a, b) => timeOf(a) - timeOf(b)),
    [records],
  );
  const record = listed.find(({ uid }) => uid === selected);
  const Inspector = record && annotationKindOf(record.kind).panel?.Inspector;
  return (
    <>
      {record && Inspector && <Inspector key={record.uid} record={record} />}
      {record && 'notes' in record && (
        <div className="shrink-0 px-3.5 pb-3.5">
          <StaleLine record={record} />
          <NotesField key={record.uid} record={record} />
        </div>
      )}
      <StaleNotice
        count={listed.filter(isStale).length}
        names={['marker or drawing', 'markers and drawings']}
      />
      <RecordList
        records={listed}
        label="Markers"
        empty={`Nothing yet. Press ${markerKey} and click a candle to place a marker, or draw a line, a level or a rectangle.`}
        row={(row) => {
          const Row = annotationKindOf(row.kind).panel?.Row;
          return Row && <Row record={row} />;
        }}
      />
    </>
  );
}
