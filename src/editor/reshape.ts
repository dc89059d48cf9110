import type { Price, UtcSeconds } from '@/contract/units';
import type { BarAnchor } from './anchor';
import { definitionOf, type EditorRecord, type Target } from './kinds/kinds';

/** What changes when a part is dragged to a point; null where that changes nothing. */
export function reshapedFields(
  record: EditorRecord,
  { part, index }: Target,
  to: BarAnchor,
): Partial<EditorRecord> | null {
  const { parts, anchors, fieldsAt, reshapeInside } = definitionOf(record.kind);
  const drag = parts[part];
  if (drag === 'inside') {
    return index === undefined ? null : (reshapeInside?.(record, part, index, to) ?? null);
  }
  return typeof drag === 'function' && fieldsAt ? fieldsAt(drag(anchors(record), to)) : null;
}

/** How far a record is moved. */
export type Shift = { time(time: UtcSeconds): UtcSeconds; price: Price };

/** What changes when the whole is moved; null for what is not moved. */
export function movedFields(record: EditorRecord, shift: Shift): Partial<EditorRecord> | null {
  const { anchors, fieldsAt, moveInside } = definitionOf(record.kind);
  const moved = ({ time, lastTime, price }: BarAnchor) => ({
    time: shift.time(time),
    lastTime: shift.time(lastTime),
    price: price + shift.price,
  });
  if (!fieldsAt) return null;
  return Object.assign(fieldsAt(anchors(record).map(moved)), moveInside?.(record, shift.time));
}

/** Every time that a move of the whole changes. */
export function timesOf(record: EditorRecord): UtcSeconds[] {
  const { anchors, moveInside } = definitionOf(record.kind);
  const times = anchors(record).map(({ time }) => time);
  moveInside?.(record, (time) => {
    times.push(time);
    return time;
  });
  return times;
}
