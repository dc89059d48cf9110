'use client';

import { formatCount } from '@/components/format';
import { annotationsOf } from '@/editor/derived';
import type { EditorRecord } from '@/editor/kinds/kinds';
import type { List } from '@/editor/sorted';
import { useShortcut } from '../session/command-context';
import { useRecords, useView } from '../session/session';
import { isStale } from '../session/stale';
import { ANNOTATION_KINDS, annotationKindOf } from './kinds/kinds';
import { NotesField } from './notes-field';
import { RecordList } from './record-list';
import { StaleLine, StaleNotice } from './stale';

/** `12 markers · 1 trend line · 2 rectangles` */
export const kindCounts = (records: List<EditorRecord>): string =>
  Object.entries(ANNOTATION_KINDS)
    .map(([kind, { name }]) => [records.filter((each) => each.kind === kind).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${formatCount(count)} ${name}${count === 1 ? '' : 's'}`)
    .join(' · ');

/** Everything but spans and predictions, which have panels of their own. */
export function MarkersPanel() {
  const listed = annotationsOf(useRecords());
  const markerKey = useShortcut('tool.marker');
  const selected = useView((state) => state.selected);
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
      <StaleNotice count={listed.filter(isStale).length} names={['drawing', 'drawings']} />
      {listed.length > 0 && (
        <p className="shrink-0 border-line border-t px-3.5 py-1.5 text-muted text-xs tabular-nums">
          {kindCounts(listed)}
        </p>
      )}
      <RecordList
        records={listed}
        label="Drawings"
        empty={`Nothing yet. Press ${markerKey} and click a candle to place a marker, or draw a line, a level or a rectangle.`}
        row={(row) => {
          const Row = annotationKindOf(row.kind).panel?.Row;
          return Row && <Row record={row} />;
        }}
      />
    </>
  );
}
