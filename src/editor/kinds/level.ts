import type { BarAnchor } from '../anchor';
import { CORNERS, type CornerFields, cornersAt, cornersOf, newCorners } from './corners';
import type { KindDefinition, Stored } from './kind';

/** A price, shown across the whole chart; both its corners are the point where it was drawn. */
export type LevelRecord = CornerFields & Stored<'level'>;

const atPoint = ([at]: BarAnchor[]) => (at ? cornersAt([at, at]) : null);

export const level: KindDefinition<LevelRecord, 'body'> = {
  storage: { entity: 'annotation' },
  parts: {
    // Dragging it changes its price alone; reshaped rather than moved, so that the price snaps.
    body: ([at], to) => [{ ...(at ?? to), price: to.price }],
  },
  inseparable: CORNERS,
  anchors: (record) => cornersOf(record).slice(0, 1),
  fieldsAt: (anchors) => atPoint(anchors) ?? {},
  draw: {
    steps: 1,
    create(uid, labelType, anchors) {
      const fields = atPoint(anchors);
      return fields && { kind: 'level', uid, id: null, ...newCorners(labelType, fields) };
    },
  },
};
