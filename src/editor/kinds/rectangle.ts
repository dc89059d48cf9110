import type { BarAnchor } from '../anchor';
import { CORNERS, type CornerFields, cornersAt, cornersOf, newCorners } from './corners';
import type { KindDefinition, Reshape, Stored } from './kind';

/** A range of times and of prices, between two opposite corners. */
export type RectangleRecord = CornerFields & Stored<'rectangle'>;

/** The two corners that are stored, and the two that take their time from one and their price from the other. */
export type RectanglePart =
  | 'inside'
  | 'outline'
  | 'start'
  | 'end'
  | 'start-time-end-price'
  | 'end-time-start-price';

const isFlat = ([start, end]: BarAnchor[]) =>
  start?.time === end?.time || start?.price === end?.price;

const withBoth =
  (reshape: (start: BarAnchor, end: BarAnchor, to: BarAnchor) => BarAnchor[]): Reshape =>
  ([start, end], to) =>
    start && end ? reshape(start, end, to) : [to];

export const rectangle: KindDefinition<RectangleRecord, RectanglePart> = {
  storage: { entity: 'annotation' },
  parts: {
    inside: 'pan',
    outline: 'move',
    start: withBoth((_, end, to) => [to, end]),
    end: withBoth((start, _, to) => [start, to]),
    'start-time-end-price': withBoth((start, end, to) => [
      { ...to, price: start.price },
      { ...end, price: to.price },
    ]),
    'end-time-start-price': withBoth((start, end, to) => [
      { ...start, price: to.price },
      { ...to, price: end.price },
    ]),
  },
  inseparable: CORNERS,
  anchors: cornersOf,
  fieldsAt: (anchors) => (isFlat(anchors) ? {} : (cornersAt(anchors) ?? {})),
  draw: {
    steps: 2,
    create(uid, labelType, anchors) {
      const fields = isFlat(anchors) ? null : cornersAt(anchors);
      return fields && { kind: 'rectangle', uid, id: null, ...newCorners(labelType, fields) };
    },
  },
};
