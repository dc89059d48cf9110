/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = 946_684_800e6;

/** Numbers one behind the other as PostgreSQL sends them in binary; null where there are none. */
export const unpackNumbers = (bytes: Uint8Array | null): Float64Array =>
  unpack(bytes, (view, at) => view.getFloat64(at));

/** As unpackNumbers, of timestamps. */
export const unpackTimes = (bytes: Uint8Array | null): Float64Array =>
  unpack(
    bytes,
    // Rounded once, in the sum, as fromPgTimestamp does.
    (view, at) => (view.getInt32(at) * 2 ** 32 + EPOCH_MICROS + view.getUint32(at + 4)) / 1e6,
  );

/** In columns NaN stands for a value that is not there. */
export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function unpack(
  bytes: Uint8Array | null,
  valueAt: (view: DataView, at: number) => number,
): Float64Array {
  if (!bytes) return new Float64Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.length / 8);
  for (let i = 0; i < values.length; i++) values[i] = valueAt(view, 8 * i);
  return values;
}
