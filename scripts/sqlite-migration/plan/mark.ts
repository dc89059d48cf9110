import type { Json } from '../conversion/json';

export type MarkTable = 'annotations' | 'span_annotations';

/** A row of `annotations` or `span_annotations` as it will stand there. */
export type Mark = {
  uid: Uint8Array;
  /** By column. */
  values: Record<string, number | string | Json | null> & { chart_id: number; created_at: number };
};
