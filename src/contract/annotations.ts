import * as z from 'zod';
import {
  candlesChangedAt,
  chartId,
  color,
  inOrder,
  inOrderMessage,
  MAX_DIFF,
  name,
  nameList,
  openWindowFields,
  price,
  resentRev,
  rev,
  rowLimit,
  storedFields,
  storedTime,
  text,
  uid,
  utcSeconds,
  windowFields,
} from './common';
import { complete, type FieldList, type Given, inputShape, storedShape } from './fields';
import { storedType, typeFields, typeId } from './labels';

/** Two (time, price) corners, not ordered. */
export const geometrySchema = z.strictObject({
  startTime: utcSeconds,
  startPrice: price,
  endTime: utcSeconds,
  endPrice: price,
});
export type Geometry = z.infer<typeof geometrySchema>;

/** What a person decides about an annotation; the rest is the server's. */
export const ANNOTATION_FIELDS = {
  time: { title: 'Time', kind: 'time', input: utcSeconds, stored: storedTime },
  labelType: { title: 'Type', kind: 'text', input: name(100), stored: z.string() },
  geometry: {
    title: 'Geometry',
    kind: 'geometry',
    input: geometrySchema.nullable(),
    stored: z
      .object({
        startTime: storedTime,
        startPrice: price,
        endTime: storedTime,
        endPrice: price,
      })
      .nullable(),
    unset: null,
  },
  notes: {
    title: 'Notes',
    kind: 'long-text',
    input: text(10_000).nullable(),
    stored: z.string().nullable(),
    unset: null,
  },
  color: {
    title: 'Colour',
    kind: 'text',
    input: color.nullable(),
    stored: z.string().nullable(),
    unset: null,
  },
  candlesChangedAt,
} as const satisfies FieldList;

const fields = z.strictObject(inputShape(ANNOTATION_FIELDS));
export type AnnotationFields = z.infer<typeof fields>;
/** An annotation of which only `given` is said. */
export const completeAnnotation = (given: Given<typeof ANNOTATION_FIELDS>): AnnotationFields =>
  complete(ANNOTATION_FIELDS, given);

/** An annotation as it comes back. */
export const annotationSchema = z
  .object({ ...storedShape(ANNOTATION_FIELDS), ...storedFields })
  .meta({ id: 'Annotation' });
export type Annotation = z.infer<typeof annotationSchema>;

export const annotationDiff = z.strictObject({
  created: z
    .array(fields.extend({ uid, rev: resentRev }))
    .max(MAX_DIFF)
    .default([]),
  updated: z.array(fields.extend({ uid, rev })).max(MAX_DIFF).default([]),
  deleted: z.array(z.strictObject({ uid, rev })).max(MAX_DIFF).default([]),
});
export type AnnotationDiff = z.infer<typeof annotationDiff>;

export const applyAnnotationsInput = z.strictObject({ chartId, diff: annotationDiff });

/** Rows must pass every part of a filter that is given. */
const filterFields = { labelTypes: nameList(100).optional() };
export const listAnnotationsInput = z
  .strictObject({ chartId, ...windowFields, ...filterFields, limit: rowLimit })
  .refine(inOrder, inOrderMessage);
export const countAnnotationsInput = z
  .strictObject({ chartId, ...openWindowFields, ...filterFields })
  .refine(inOrder, inOrderMessage);
export const bulkDeleteAnnotationsInput = z
  .strictObject({ chartId, ...windowFields, ...filterFields })
  .refine(inOrder, inOrderMessage);
export type AnnotationFilter = Omit<z.output<typeof bulkDeleteAnnotationsInput>, 'chartId'>;

export const annotationTypeSchema = z
  .object({
    ...storedType,
    /** The kind of its annotations: marker, or one with corners. The schema lists them. */
    category: z.string(),
    icon: z.string().nullable(),
  })
  .meta({ id: 'AnnotationType' });
export type AnnotationType = z.infer<typeof annotationTypeSchema>;

const icon = name(50).nullable();
export const createAnnotationTypeInput = z.strictObject({
  ...typeFields,
  category: name(50),
  icon: icon.default(null),
});
export const updateAnnotationTypeInput = z
  .strictObject({ ...typeFields, icon, isActive: z.boolean() })
  .partial()
  .extend({ id: typeId });
