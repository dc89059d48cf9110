import * as z from 'zod';
import { ANNOTATION_FIELDS, type Annotation, type AnnotationFields } from '@/contract/annotations';
import { uid } from '@/contract/common';
import { SPAN_FIELDS, type Span, type SpanFields } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { AppError } from '../errors';
import { type FileRecord, fieldsInFile } from './field-columns';
import { isDateAlone, readFileTime } from './file-time';
import { isoTime } from './iso-time';
import { whyNot } from './why-not';

/*
 * Spans and annotations as they stand in files: by the names of the database's columns, times as
 * ISO 8601. Wider than what a person may enter, so that old data comes back as it was.
 */

const FIELDS = { span: fieldsInFile(SPAN_FIELDS), annotation: fieldsInFile(ANNOTATION_FIELDS) };
/** Of the row that the file was written from; a row without one is new. */
const rev = z.int().min(0).nullish();
const schemaOf = ({ columns }: (typeof FIELDS)['span']) =>
  z.object({
    uid: uid.nullish(),
    rev,
    ...Object.fromEntries(Object.entries(columns).map(([name, { schema }]) => [name, schema])),
  });
const SCHEMAS = { span: schemaOf(FIELDS.span), annotation: schemaOf(FIELDS.annotation) };

/** Who wrote a row when: for whoever reads the file, not for an import. */
const WRITERS = ['created_at_utc', 'created_by', 'updated_at_utc', 'updated_by'];
export const SPAN_KEYS = ['id', 'uid', 'rev', ...Object.keys(FIELDS.span.columns), ...WRITERS];
export const ANNOTATION_KEYS = [
  'id',
  'uid',
  'rev',
  ...Object.keys(FIELDS.annotation.columns),
  ...WRITERS,
];

const columnsOf = (cell: 'number' | 'json') =>
  Object.values(FIELDS).flatMap(({ columns }) =>
    Object.keys(columns).filter((name) => columns[name]?.cell === cell),
  );
/** Columns whose cells in CSV are numbers, and JSON. */
export const NUMBERS = new Set(['rev', ...columnsOf('number')]);
export const JSON_COLUMNS = new Set(['spans', ...columnsOf('json')]);

/**
 * Null for a row that the file does not know the uid or the rev of; `absent` are the fields that it says
 * nothing about, `dates` its times that have no time of day.
 */
export type InFile = {
  uid: string | null;
  rev: number | null;
  /** Begins a sentence that is said about it. */
  where?: string;
  absent?: string[];
  dates?: { said: string; time: UtcSeconds }[];
};
/** As an editor's diff names them. */
export type FileSpan = SpanFields & InFile;
export type FileAnnotation = AnnotationFields & InFile;

export const spanToRecord = (span: Span) => toRecord('span', span);
export const annotationToRecord = (annotation: Annotation) => toRecord('annotation', annotation);

function toRecord(kind: keyof typeof FIELDS, row: Span | Annotation): FileRecord {
  const record: FileRecord = { id: row.id, uid: row.uid, rev: row.rev };
  FIELDS[kind].write(row, record);
  record.created_at_utc = isoTime(row.createdAt);
  record.created_by = row.createdBy;
  record.updated_at_utc = isoTime(row.updatedAt);
  record.updated_by = row.updatedBy;
  return record;
}

/** `where` begins the sentence that is said about a record that is none. */
export function spanFromRecord(record: unknown, where: string, source?: string): FileSpan {
  const span = fromRecord<FileSpan>('span', record, where);
  if (source !== undefined && span.absent?.includes('source')) span.source = source;
  if (span.startTime <= span.endTime) return span;
  throw new AppError('BAD_REQUEST', `${where}: end_time_utc is before start_time_utc.`);
}

export const annotationFromRecord = (record: unknown, where: string): FileAnnotation =>
  fromRecord<FileAnnotation>('annotation', record, where);

function fromRecord<Row>(kind: keyof typeof FIELDS, record: unknown, where: string): Row {
  const result = SCHEMAS[kind].safeParse(record);
  if (result.success) {
    const { uid = null, rev = null, ...columns } = result.data;
    const { read, absent } = FIELDS[kind];
    const dates = PLACES.flatMap((name) => dateIn(record as FileRecord, name, where));
    return { uid, rev, where, absent: absent(columns), dates, ...read(columns, where) } as Row;
  }
  const [issue] = result.error.issues;
  const key = issue?.path[0];
  const value = (record as FileRecord | null)?.[String(key)];
  const isMissing = key !== undefined && (value === undefined || value === null);
  const what = key === undefined ? 'this' : `${String(key)}, “${String(value)}”,`;
  const said = isMissing ? `${String(key)} is missing` : `${what} ${issue ? whyNot(issue) : ''}`;
  throw new AppError('BAD_REQUEST', `${where}: ${said}.`);
}

const PLACES = ['time_utc', 'start_time_utc', 'end_time_utc'];

function dateIn(record: FileRecord, name: string, where: string) {
  const text = record[name];
  if (!isDateAlone(text)) return [];
  return [{ said: `${where}: ${name}, “${text}”,`, time: readFileTime(String(text)) }];
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
