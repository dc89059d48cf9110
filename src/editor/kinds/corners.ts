import type { AnnotationFields, Geometry } from '@/contract/annotations';
import { type Anchor, type BarAnchor, candleAnchor } from '../anchor';

/** Fields of an annotation with two corners. */
export type CornerFields = Omit<AnnotationFields, 'geometry'> & { geometry: Geometry };

export const cornersOf = ({ geometry }: CornerFields): [BarAnchor, BarAnchor] => [
  candleAnchor(geometry.startTime, geometry.startPrice),
  candleAnchor(geometry.endTime, geometry.endPrice),
];

/** The fields that put it at two corners, which need no order. */
export const cornersAt = ([start, end]: Anchor[]): Pick<
  CornerFields,
  'time' | 'geometry'
> | null =>
  start && end
    ? {
        time: start.time,
        geometry: {
          startTime: start.time,
          startPrice: start.price,
          endTime: end.time,
          endPrice: end.price,
        },
      }
    : null;
