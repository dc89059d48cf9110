import { createHash } from 'node:crypto';
import type { Geometry } from '@/contract/annotations';
import type { UtcSeconds } from '@/contract/units';
import { toStoredTime } from '@/lib/time';

/** What tells a row that has no uid from the others of its chart. */
export type Shape =
  | { label: string; startTime: UtcSeconds; endTime: UtcSeconds }
  | { labelType: string; time: UtcSeconds; geometry: Geometry | null };

/** The same for equal rows: of a span its label and times, of an annotation its type and place. */
export function shapeOf(row: Shape): string {
  if ('label' in row) {
    return JSON.stringify([row.label, toStoredTime(row.startTime), toStoredTime(row.endTime)]);
  }
  const { startTime, startPrice, endTime, endPrice } = row.geometry ?? {};
  const corners = [startTime, startPrice, endTime, endPrice].map((part) => part ?? null);
  return JSON.stringify([row.labelType, toStoredTime(row.time), ...corners]);
}

/** When a row begins. */
export const startOf = (row: Shape) => ('label' in row ? row.startTime : row.time);

/** A UUID (version 8) that is always the same for `text`. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
