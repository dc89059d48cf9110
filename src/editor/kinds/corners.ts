import { type AnnotationFields, completeAnnotation, type Geometry } from '@/contract/annotations';
import { type Anchor, type BarAnchor, candleAnchor } from '../anchor';

/** Fields of an annotation with two corners. */
export type CornerFields = Omit<AnnotationFields, 'geometry'> & { geometry: Geometry };

/** Its time is that of a corner. */
export const CORNERS = ['time', 'geometry'];

export const cornersOf = ({ geometry }: CornerFields): [BarAnchor, BarAnchor] => [
  candleAnchor(geometry.startTime, geometry.startPrice),
  candleAnchor(geometry.endTime, geometry.endPrice),
];

type Corners = Pick<CornerFields, 'time' | 'geometry'>;

/** All fields of a new one, of which only its type and its corners are said. */
export const newCorners = (labelType: string, corners: Corners): CornerFields => ({
  ...completeAnnotation({ labelType, ...corners }),
  ...corners,
});

/** The fields that put it at two corners, which need no order. */
export const cornersAt = ([start, end]: Anchor[]): Corners | null =>
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
