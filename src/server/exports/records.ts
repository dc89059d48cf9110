import * as z from 'zod';
import type { Annotation } from '@/contract/annotations';
import { text, uid, utcSeconds } from '@/contract/common';
import { outcomeSchema, type Span } from '@/contract/spans';
import { AppError } from '../errors';
import { isoTime, readIsoTime } from './iso-time';

/*
 * Spans and annotations as they stand in files: by the names of the database's columns, times as
 * ISO 8601. Wider than what a person may enter, so that old data comes back as it was.
 */

const time = z
  .string()
  .transform(readIsoTime)
  .refine((seconds) => !Number.isNaN(seconds), 'is not a time such as 2024-01-31T09:30:00Z')
  .pipe(utcSeconds);
/** Of the row that the file was written from; a row without one is new. */
const rev = z.int().min(0).nullish();
/** zod copies what it checks, key order and all; JSON is taken as it is. */
const jsonArray = z.custom<unknown[]>(Array.isArray, 'is not a JSON array');
const jsonObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is not a JSON object',
);

const spanRecord = z.object({
  uid,
  rev,
  label: text(1_000),
  start_time_utc: time,
  end_time_utc: time,
  confidence: z.int().min(1).max(5).nullish(),
  outcome: outcomeSchema.nullish(),
  notes: text(1_000_000).nullish(),
  sub_spans: jsonArray.nullish(),
  color: text(1_000).nullish(),
  source: text(1_000).nullish(),
  model_prediction: jsonObject.nullish(),
});

const corner = { time: time.nullish(), price: z.number().nullish() };
const annotationRecord = z.object({
  uid,
  rev,
  time_utc: time,
  label_type: text(1_000),
  start_time_utc: corner.time,
  start_price: corner.price,
  end_time_utc: corner.time,
  end_price: corner.price,
  geometry_more: jsonObject.nullish(),
  color: text(1_000).nullish(),
});

export const SPAN_KEYS = ['id', ...Object.keys(spanRecord.shape)];
export const ANNOTATION_KEYS = ['id', ...Object.keys(annotationRecord.shape)];

export type FileRecord = Record<string, unknown>;
/** As an editor's diff names them, and `rev` null for a row that the file does not know the rev of. */
type Unstored = 'id' | 'chartId' | 'createdAt' | 'updatedAt' | 'rev';
export type FileSpan = Omit<Span, Unstored> & { rev: number | null };
export type FileAnnotation = Omit<Annotation, Unstored> & { rev: number | null };

export function spanToRecord(span: Span): FileRecord {
  return {
    id: span.id,
    uid: span.uid,
    rev: span.rev,
    label: span.label,
    start_time_utc: isoTime(span.startTime),
    end_time_utc: isoTime(span.endTime),
    confidence: span.confidence,
    outcome: span.outcome,
    notes: span.notes,
    sub_spans: span.subSpans,
    color: span.color,
    source: span.source,
    model_prediction: span.modelPrediction,
  };
}

/** `where` begins the sentence that is said about a record that is none. */
export function spanFromRecord(record: unknown, where: string): FileSpan {
  const read = parse(spanRecord, record, where);
  if (read.start_time_utc > read.end_time_utc) {
    throw new AppError('BAD_REQUEST', `${where}: end_time_utc is before start_time_utc.`);
  }
  return {
    uid: read.uid,
    rev: read.rev ?? null,
    label: read.label,
    startTime: read.start_time_utc,
    endTime: read.end_time_utc,
    confidence: read.confidence ?? null,
    outcome: read.outcome ?? null,
    notes: read.notes ?? null,
    subSpans: (read.sub_spans ?? null) as FileSpan['subSpans'],
    color: read.color ?? null,
    source: read.source ?? 'human',
    modelPrediction: (read.model_prediction ?? null) as FileSpan['modelPrediction'],
  };
}

export function annotationToRecord(annotation: Annotation): FileRecord {
  const { startTime, startPrice, endTime, endPrice, ...more } = annotation.geometry ?? {};
  return {
    id: annotation.id,
    uid: annotation.uid,
    rev: annotation.rev,
    time_utc: isoTime(annotation.time),
    label_type: annotation.labelType,
    start_time_utc: startTime === undefined ? null : isoTime(startTime),
    start_price: startPrice ?? null,
    end_time_utc: endTime === undefined ? null : isoTime(endTime),
    end_price: endPrice ?? null,
    geometry_more: Object.keys(more).length > 0 ? more : null,
    color: annotation.color,
  };
}

export function annotationFromRecord(record: unknown, where: string): FileAnnotation {
  const read = parse(annotationRecord, record, where);
  const { start_time_utc, start_price, end_time_utc, end_price, geometry_more } = read;
  const corners = [start_time_utc, start_price, end_time_utc, end_price];
  const given = corners.filter((part) => typeof part === 'number');
  if (given.length > 0 && given.length < 4) {
    const names = 'start_time_utc, start_price, end_time_utc and end_price';
    throw new AppError('BAD_REQUEST', `${where}: ${names} go together: all four or none.`);
  }
  const [startTime, startPrice, endTime, endPrice] = given as [number, number, number, number];
  return {
    uid: read.uid,
    rev: read.rev ?? null,
    time: read.time_utc,
    labelType: read.label_type,
    geometry:
      given.length === 4 ? { ...geometry_more, startTime, startPrice, endTime, endPrice } : null,
    color: read.color ?? null,
  };
}

function parse<T>(schema: z.ZodType<T>, record: unknown, where: string): T {
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = issue?.path[0];
  const value = (record as FileRecord | null)?.[String(key)];
  const shown = value === undefined || value === null ? 'nothing' : `“${String(value)}”`;
  const what = key === undefined ? 'this' : `${String(key)}, ${shown},`;
  throw new AppError('BAD_REQUEST', `${where}: ${what} cannot be read: ${issue?.message}.`);
}

/** JSON without what PostgreSQL cannot hold: NUL characters and broken Unicode. */
export function readJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json, (key, value) => {
      for (const part of [key, value]) {
        if (typeof part === 'string' && (part.includes('\0') || !part.isWellFormed())) {
          throw new SyntaxError('a text holds a NUL character or broken Unicode');
        }
      }
      return value;
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AppError('BAD_REQUEST', `${where} is not JSON: ${error.message}`);
  }
}
