'use client';

import { Triangle } from 'lucide-react';
import type { OverlayItem } from '@/chart/kinds/kinds';
import { ANNOTATION_FIELDS, type AnnotationType } from '@/contract/annotations';
import type { MarkerRecord } from '@/editor/kinds/marker';
import type { CommandId } from '../../session/command';
import { removeRecord } from '../../session/commands';
import { annotationStyle } from '../../session/label-style';
import { useSession } from '../../session/session';
import { useTimes } from '../../session/time-zone';
import { AnnotationHeader } from '../annotation-header';
import { AnnotationRow } from '../annotation-row';
import { fieldLines } from '../conflict-lines';
import type { AnnotationKind } from './kind';

/** The commands of the marker tools, in the order of their types; further types have none. */
const COMMANDS: CommandId[] = ['tool.marker', 'tool.marker2'];

export const marker: AnnotationKind<MarkerRecord, OverlayItem<'marker'>> = {
  name: 'marker',
  key: null,
  group: 'markers',
  tools: ({ annotationTypes }) =>
    annotationTypes
      .filter((type) => type.isActive && type.category === 'marker')
      .map((type, index) => ({
        tool: `marker:${type.name}` as const,
        text: type.displayName,
        command: COMMANDS[index] ?? null,
        icon: Triangle,
        color: type.color,
        upsideDown: type.icon === 'arrow-down',
      })),
  overlayItem: (record, { annotationTypes, selection }) => ({
    uid: record.uid,
    time: record.time,
    direction: directionOf(annotationTypes, record),
    selected: selection.has(record.uid),
    ...annotationStyle(annotationTypes, record),
  }),
  panel: { Row, Inspector },
  conflictLines: ({ annotationTypes, chart }, record) =>
    fieldLines(ANNOTATION_FIELDS, record, chart, {
      labelType: annotationStyle(annotationTypes, record).text,
    }),
};

function directionOf(types: AnnotationType[], { labelType }: MarkerRecord) {
  const icon = types.find(({ name }) => name === labelType)?.icon;
  return icon === 'arrow-up' ? 'up' : icon === 'arrow-down' ? 'down' : 'none';
}

function Row({ record }: { record: MarkerRecord }) {
  const { chart, annotationTypes } = useSession();
  const times = useTimes(chart);
  const direction = directionOf(annotationTypes, record);
  return (
    <AnnotationRow record={record} second={times.time(record.time)}>
      {direction === 'up' ? '▲' : direction === 'down' ? '▼' : '●'}
    </AnnotationRow>
  );
}

function Inspector({ record }: { record: MarkerRecord }) {
  const session = useSession();
  const times = useTimes(session.chart);
  return (
    <section aria-label="Marker" className="px-3.5 py-3">
      <AnnotationHeader
        name="marker"
        record={record}
        text={times.time(record.time)}
        onDelete={() => removeRecord(session, record.uid)}
      />
    </section>
  );
}
