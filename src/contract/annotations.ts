import { z } from 'zod';
import {
  chartId,
  color,
  inOrder,
  inOrderMessage,
  MAX_DIFF,
  name,
  rev,
  uid,
  utcSeconds,
  windowFields,
} from './common';

/** Two (time, price) corners, not ordered. */
export const geometrySchema = z.strictObject({
  startTime: utcSeconds,
  startPrice: z.number(),
  endTime: utcSeconds,
  endPrice: z.number(),
});
export type Geometry = z.infer<typeof geometrySchema>;

/** What a person decides about an annotation; the rest is the server's. */
export const annotationFields = z.strictObject({
  time: utcSeconds,
  labelType: name(100),
  geometry: geometrySchema.nullable(),
  color: color.nullable(),
});
export type AnnotationFields = z.infer<typeof annotationFields>;

export type Annotation = AnnotationFields & {
  id: number;
  uid: string;
  chartId: number;
  rev: number;
  /** Unix seconds. */
  createdAt: number;
  updatedAt: number;
};

export const annotationDiff = z.strictObject({
  created: z.array(annotationFields.extend({ uid })).max(MAX_DIFF).default([]),
  updated: z.array(annotationFields.extend({ uid, rev })).max(MAX_DIFF).default([]),
  deleted: z.array(z.strictObject({ uid, rev })).max(MAX_DIFF).default([]),
});
export type AnnotationDiff = z.infer<typeof annotationDiff>;

export const applyAnnotationsInput = z.strictObject({ chartId, diff: annotationDiff });
export const listAnnotationsInput = z
  .strictObject({ chartId, ...windowFields, limit: z.int().min(1).max(20_000).default(20_000) })
  .refine(inOrder, inOrderMessage);

export type AnnotationType = {
  id: number;
  name: string;
  displayName: string;
  color: string;
  category: 'marker' | 'line' | 'rectangle';
  icon: string | null;
  isActive: boolean;
  sortOrder: number;
};
