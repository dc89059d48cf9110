import { Rows } from '@/server/candles/import/copy';

/** A field of a row in PostgreSQL's binary COPY format, by its type there. */
export type Field =
  | null
  | { int4: number }
  | { int8: number }
  | { time: number }
  | { bytes: Uint8Array };

const JSONB_VERSION = Buffer.from([1]);
const LONGEST_FIXED = 12;

export const textField = (value: string | null): Field =>
  value === null ? null : { bytes: Buffer.from(value) };
export const jsonField = (text: string | null): Field =>
  text === null ? null : { bytes: Buffer.concat([JSONB_VERSION, Buffer.from(text)]) };
export const uuidField = (uuid: string): Field => ({
  bytes: Buffer.from(uuid.replaceAll('-', ''), 'hex'),
});
export function int8Field(value: number | bigint): Field {
  if (typeof value === 'number') return { int8: value };
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return { bytes };
}

/** Rows of fields as the bytes of a whole COPY. */
export function encodeRows(rows: Field[][]): Uint8Array {
  let size = 0;
  for (const row of rows) {
    size += 2;
    for (const field of row) {
      size += field && 'bytes' in field ? 4 + field.bytes.length : LONGEST_FIXED;
    }
  }
  const out = new Rows(size);
  for (const row of rows) {
    out.row(row.length);
    for (const field of row) {
      if (field === null) out.null();
      else if ('bytes' in field) out.bytes(field.bytes);
      else if ('int4' in field) out.int4(field.int4);
      else if ('time' in field) out.timestamp(field.time);
      else out.int8(field.int8);
    }
  }
  return out.done();
}
