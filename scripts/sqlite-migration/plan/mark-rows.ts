import { isDeepStrictEqual } from 'node:util';
import { POSTGRES_EPOCH, type Rows } from '@/lib/db/copy/rows';
import type { Json } from '../conversion/json';
import type { Mark, MarkTable } from './mark';

type FieldType = 'time' | 'text' | 'int4' | 'int8' | 'uuid' | 'json';

/** What all marks have. The id comes first, and the uid after it. */
const COMMON: [name: string, type: FieldType][] = [
  ['id', 'int4'],
  ['uid', 'uuid'],
  ['chart_id', 'int4'],
  ['rev', 'int8'],
  ['created_at', 'time'],
  ['updated_at', 'time'],
  ['created_by', 'text'],
  ['updated_by', 'text'],
];
const OWN: Record<MarkTable, [name: string, type: 'time' | 'text' | 'int4' | 'json'][]> = {
  annotations: [
    ['time', 'time'],
    ['label_type', 'text'],
    ['geometry', 'json'],
    ['color', 'text'],
  ],
  span_annotations: [
    ['start_time', 'time'],
    ['end_time', 'time'],
    ['label', 'text'],
    ['confidence', 'int4'],
    ['outcome', 'text'],
    ['notes', 'text'],
    ['sub_spans', 'json'],
    ['color', 'text'],
    ['source', 'text'],
    ['model_prediction', 'json'],
  ],
};
const FIELDS = {
  annotations: [...COMMON, ...OWN.annotations],
  span_annotations: [...COMMON, ...OWN.span_annotations],
};
/** The columns of a row, as it is sent and read back. */
export const columnsOf = (table: MarkTable) => FIELDS[table].map(([name]) => name).join(', ');

const ID_AT = 2 + 4;
const UID_AT = ID_AT + 4 + 4;
/** Each chart draws one rev, for all that was on it. */
const REV = 1;

/** A mark as a row of a COPY; its id may be set afterwards. */
export function encodeMark(out: Rows, table: MarkTable, id: number, { uid, values }: Mark) {
  out.row(FIELDS[table].length);
  out.int4(id);
  out.bytes(uid);
  out.int4(values.chart_id);
  out.int8(REV);
  out.timestamp(values.created_at);
  out.timestamp(values.created_at);
  out.text('local');
  out.text('local');
  for (const [name, type] of OWN[table]) {
    const value = values[name] ?? null;
    if (value === null) out.null();
    else if (type === 'json') out.jsonb((value as Json).text);
    else if (type === 'text') out.text(String(value));
    else if (type === 'time') out.timestamp(Number(value));
    else out.int4(Number(value));
  }
}

export const idOf = (row: Buffer) => row.readInt32BE(ID_AT);
export const setId = (row: Buffer, id: number) => row.writeInt32BE(id, ID_AT);
export const uidOf = (row: Buffer) => row.toString('hex', UID_AT, UID_AT + 16);

/** Calls `onDifference` with the values of each field that is not the same in both rows. */
export function compareRows(
  table: MarkTable,
  a: Buffer,
  b: Buffer,
  onDifference: (name: string, a: unknown, b: unknown) => void,
) {
  let [atA, atB] = [2, 2];
  for (const [name, type] of FIELDS[table]) {
    const [lengthA, lengthB] = [a.readInt32BE(atA), b.readInt32BE(atB)];
    atA += 4;
    atB += 4;
    if (lengthA !== lengthB || !areSame(a, atA, b, atB, lengthA)) {
      const [valueA, valueB] = [readField(type, a, atA, lengthA), readField(type, b, atB, lengthB)];
      if (type !== 'json' || !isSameJson(valueA, valueB)) onDifference(name, valueA, valueB);
    }
    atA += Math.max(lengthA, 0);
    atB += Math.max(lengthB, 0);
  }
}

/** PostgreSQL writes it its own way, and has no -0 in it. */
const isSameJson = (a: unknown, b: unknown) =>
  isDeepStrictEqual(a, b) || isDeepStrictEqual(withoutMinusZero(a), withoutMinusZero(b));
const withoutMinusZero = (value: unknown) => JSON.parse(JSON.stringify(value));

function areSame(a: Buffer, atA: number, b: Buffer, atB: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}

function readField(type: FieldType, row: Buffer, at: number, length: number): unknown {
  if (length < 0) return null;
  if (type === 'int4') return row.readInt32BE(at);
  if (type === 'int8') return Number(row.readBigInt64BE(at));
  if (type === 'time')
    return Number(row.readBigInt64BE(at) + BigInt(POSTGRES_EPOCH) * 1_000_000n) / 1e6;
  if (type === 'uuid') return row.toString('hex', at, at + length);
  if (type === 'text') return row.toString('utf8', at, at + length);
  // Its first byte is the version of the format.
  return JSON.parse(row.toString('utf8', at + 1, at + length));
}
