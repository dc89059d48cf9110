import type { UtcSeconds } from '@/contract/units';
import type { BarAnchor } from '../anchor';

/** What the server gives a record, and what tells the editor's records apart. */
export type Stored<Kind extends string> = {
  kind: Kind;
  uid: string;
  /** Null until the server has stored it. */
  id: number | null;
};

/** How the server keeps the records of a kind. */
export type Storage =
  | { entity: 'span' }
  /** Under the annotation types whose category is the kind. */
  | { entity: 'annotation' }
  /** A run made it; a person only reviews it. */
  | { entity: 'prediction' }
  /** Never saved. */
  | { entity: 'none' };

/** The anchors after one of them was dragged to a point. */
export type Reshape = (anchors: BarAnchor[], to: BarAnchor) => BarAnchor[];
/**
 * What pressing on a part does beside selecting: `pan` leaves the drag to the chart, and a new
 * drawing may begin there; `select` leaves it to the chart; `move` moves the whole; `hold` does so too, and
 * no drawing begins there; `inside` reshapes what lies inside, as the kind says.
 */
export type PartDrag = 'pan' | 'select' | 'move' | 'hold' | 'inside' | Reshape;

/** What a kind of annotation is to the editor. */
export type KindDefinition<R, Part extends string = string> = {
  storage: Storage;
  /** What of it can be hit. */
  parts: Record<Part, PartDrag>;
  /** Fields that say one thing together: undo takes back all that it changed of them, or none. */
  inseparable?: readonly string[];
  /** Its points; the price is NaN where it has none. */
  anchors(record: R): BarAnchor[];
  /** The fields that put it at these anchors; null for what people do not move. */
  fieldsAt: ((anchors: BarAnchor[]) => Partial<R>) | null;
  /** What lies inside and goes along when the whole is moved, each of its times replaced. */
  moveInside?(record: R, moved: (time: UtcSeconds) => UtcSeconds): Partial<R>;
  /** What changes when an `inside` part is dragged to a point: the index says of which. */
  reshapeInside?(record: R, part: Part, index: number, to: BarAnchor): Partial<R> | null;
  /** How people draw one; null where they do not. */
  draw: Drawing<R> | null;
};

export type Drawing<R> = {
  /** Anchors that it takes. */
  steps: 1 | 2;
  /** `label` is a span's label, or else the annotation type; null for what would not be seen. */
  create(uid: string, label: string, anchors: BarAnchor[]): R | null;
};
