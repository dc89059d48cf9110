import * as z from 'zod';
import type { Geometry } from '@/contract/annotations';
import { text, utcSeconds } from '@/contract/common';
import type { Field, FieldKind, FieldList } from '@/contract/fields';
import type { UtcSeconds } from '@/contract/units';
import { AppError } from '../errors';
import { readFileTime } from './file-time';
import { isoTime } from './iso-time';

export type FileRecord = Record<string, unknown>;
/** What stands in a column: how a cell of CSV is to be read, and what a value must be. */
type FileColumn = { cell: 'text' | 'number' | 'json'; schema: z.ZodType };
type Codec = {
  columns: Record<string, FileColumn>;
  /** Adds what the columns say to a record. */
  write: (value: never, record: FileRecord) => void;
  /** What they say; undefined or null where that is nothing. */
  read: (record: FileRecord, where: string) => unknown;
};

const time = z
  .string()
  .transform(readFileTime)
  .refine((seconds) => !Number.isNaN(seconds), 'is not a time such as 2024-01-31T09:30:00Z')
  .pipe(utcSeconds);
/** zod copies what it checks, key order and all; JSON is taken as it is. */
const jsonList = z.custom<unknown[]>(Array.isArray, 'is not a JSON array');
const jsonObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is not a JSON object',
);

/** One column with the name of the database's. */
const plain =
  (cell: FileColumn['cell'], schema: z.ZodType) =>
  (name: string): Codec => {
    const column = columnOf(name);
    return {
      columns: { [column]: { cell, schema } },
      write: (value, record) => {
        record[column] = value;
      },
      read: (record) => record[column],
    };
  };

const CODECS: Record<FieldKind, (name: string) => Codec> = {
  text: plain('text', text(1_000)),
  'long-text': plain('text', text(1_000_000)),
  number: plain('number', z.number()),
  list: plain('json', jsonList),
  object: plain('json', jsonObject),
  time: (name) => {
    const column = `${columnOf(name)}_utc`;
    return {
      columns: { [column]: { cell: 'text', schema: time } },
      write: (value: UtcSeconds | null, record) => {
        record[column] = value === null ? null : isoTime(value);
      },
      read: (record) => record[column],
    };
  },
  geometry: () => ({
    columns: {
      start_time_utc: { cell: 'text', schema: time.nullish() },
      start_price: { cell: 'number', schema: z.number().nullish() },
      end_time_utc: { cell: 'text', schema: time.nullish() },
      end_price: { cell: 'number', schema: z.number().nullish() },
      /** What old data has beside its corners. */
      geometry_more: { cell: 'json', schema: jsonObject.nullish() },
    },
    write: writeGeometry,
    read: readGeometry,
  }),
};

function writeGeometry(geometry: Geometry | null, record: FileRecord) {
  const { startTime, startPrice, endTime, endPrice, ...more } = geometry ?? {};
  record.start_time_utc = startTime === undefined ? null : isoTime(startTime);
  record.start_price = startPrice ?? null;
  record.end_time_utc = endTime === undefined ? null : isoTime(endTime);
  record.end_price = endPrice ?? null;
  record.geometry_more = Object.keys(more).length > 0 ? more : null;
}

function readGeometry(record: FileRecord, where: string) {
  const { start_time_utc, start_price, end_time_utc, end_price, geometry_more } = record;
  const corners = [start_time_utc, start_price, end_time_utc, end_price];
  const given = corners.filter((part) => typeof part === 'number');
  if (given.length === 0) return null;
  if (given.length < corners.length) {
    const names = 'start_time_utc, start_price, end_time_utc and end_price';
    throw new AppError('BAD_REQUEST', `${where}: ${names} go together: all four or none.`);
  }
  const [startTime, startPrice, endTime, endPrice] = given;
  return { ...(geometry_more as object | null), startTime, startPrice, endTime, endPrice };
}

/** A list's fields in files: their columns, and how a row's are written and read. */
export function fieldsInFile(list: FieldList) {
  const fields = Object.entries(list).map(([name, field]) => {
    const codec = CODECS[field.kind](name);
    return { name, field, ...codec, columns: schemasOf(field, codec.columns) };
  });
  const columns: Record<string, FileColumn> = Object.assign({}, ...fields.map((f) => f.columns));
  return {
    columns,
    write(row: object, record: FileRecord) {
      for (const { name, write } of fields) write((row as Record<string, never>)[name]!, record);
    },
    read: (record: FileRecord, where: string): FileRecord =>
      Object.fromEntries(
        fields.map(({ name, field, read }) => [name, read(record, where) ?? field.unset]),
      ),
    /** Fields of which the file has no column. */
    absent: (record: FileRecord): string[] =>
      fields
        .filter(({ columns }) => Object.keys(columns).every((name) => record[name] === undefined))
        .map(({ name }) => name),
  };
}

/** Wider than what a person may enter, and no wider than what the database takes. */
function schemasOf(field: Field, columns: Record<string, FileColumn>): Record<string, FileColumn> {
  if (field.kind === 'geometry') return columns;
  const entries = Object.entries(columns).map(([column, { cell, schema }]) => {
    const stored = cell === 'json' ? schema : schema.pipe(field.stored as z.ZodType<unknown>);
    return [column, { cell, schema: 'unset' in field ? stored.nullish() : stored }];
  });
  return Object.fromEntries(entries);
}

/** `startTime` is `start_time`, as in the database. */
const columnOf = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
