import type { BarAnchor } from '../anchor';
import { CORNERS, type CornerFields, cornersAt, cornersOf, newCorners } from './corners';
import type { KindDefinition, Stored } from './kind';

/** A trend line between two points. */
export type LineRecord = CornerFields & Stored<'line'>;

const isPoint = ([start, end]: BarAnchor[]) =>
  start?.time === end?.time && start?.price === end?.price;

export const line: KindDefinition<LineRecord, 'body' | 'start' | 'end'> = {
  storage: { entity: 'annotation' },
  parts: {
    body: 'move',
    start: ([, end], to) => (end ? [to, end] : [to]),
    end: ([start], to) => (start ? [start, to] : [to]),
  },
  inseparable: CORNERS,
  anchors: cornersOf,
  fieldsAt: (anchors) => (isPoint(anchors) ? {} : (cornersAt(anchors) ?? {})),
  draw: {
    steps: 2,
    create(uid, labelType, anchors) {
      const fields = isPoint(anchors) ? null : cornersAt(anchors);
      return fields && { kind: 'line', uid, id: null, ...newCorners(labelType, fields) };
    },
  },
};
