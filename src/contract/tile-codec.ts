import { corrupt, MAX_VARINT_BYTES, TileReader, TileWriter } from './tile-bytes';
import type { Column, Price, UtcSeconds } from './units';

/*
 * A tile's bytes, before gzip: one version byte, the number of bars as a varint, then the columns
 * time, prices and volume. A column of decimals is the number of its decimals and, per value, the
 * zigzag varint of a difference in units of the last decimal; any other column is raw float64,
 * little-endian. Prices share one number of decimals and are told apart from their neighbours:
 * open from the close before, close from the open, high and low from the body between the two.
 */

/** Candles as columns, oldest first, all of one length. */
export type TileColumns = {
  time: Column<UtcSeconds>;
  open: Column<Price>;
  high: Column<Price>;
  low: Column<Price>;
  close: Column<Price>;
  /** NaN where there is none. */
  volume: Float64Array;
};

const VERSION = 1;
/** Stands where the number of decimals would: raw float64 follow. */
const RAW = 255;
const TIME_DECIMALS = 6;
const PRICE_DECIMALS = 12;
/** Half the precision of a double, so that a difference of two units is exact as well. */
const MAX_UNITS = 2 ** 51;
const WRITER = new TileWriter();
const POWERS = Array.from({ length: PRICE_DECIMALS + 1 }, (_, k) => Number(`1e${k}`));
const VOLUME_ALL = 0;
const VOLUME_SOME = 1;
const VOLUME_NONE = 2;

/** The values of one tile in whole units, then their differences; filled again and again. */
let units = new Float64Array();

/**
 * The smallest k up to `max` for which each value is a whole number of 10^-k that comes back from
 * it bit for bit, or null. The whole numbers are left in `into`, column after column.
 */
export function sharedDecimals(
  columns: Float64Array[],
  into: Float64Array,
  max = PRICE_DECIMALS,
): number | null {
  let decimals = 0;
  for (let i = 0, at = 0; i < columns.length; ) {
    const column = columns[i]!;
    if (toUnits(column, POWERS[decimals]!, into, at)) {
      at += column.length;
      i++;
    } else {
      if (++decimals > max) return null;
      at = i = 0;
    }
  }
  return decimals;
}

/** False as soon as a value does not come back bit for bit. */
function toUnits(values: Float64Array, power: number, into: Float64Array, at: number): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // As Math.round, which takes twice the time for what is next to a whole number.
    const whole = Math.floor(value * power + 0.5);
    const isBack = whole / power === value && Math.abs(whole) <= MAX_UNITS;
    if (!isBack || (whole === 0 && Object.is(value, -0))) return false;
    into[at + i] = whole;
  }
  return true;
}

/** `columns` as bytes; decodeTile gives every value back bit for bit. */
export function encodeTile(columns: TileColumns): Uint8Array {
  const { time, volume } = columns;
  const bars = time.length;
  const out = WRITER;
  out.begin(16 + bars * (6 * MAX_VARINT_BYTES + 1));
  if (units.length < 4 * bars) units = new Float64Array(4 * bars);
  out.byte(VERSION);
  out.varint(bars);

  writeColumn(out, time, TIME_DECIMALS);
  writePrices(out, columns);
  const known = withoutNaN(volume);
  out.byte(known.length === bars ? VOLUME_ALL : known.length === 0 ? VOLUME_NONE : VOLUME_SOME);
  if (known.length > 0 && known.length < bars) out.bitmap(volume);
  if (known.length > 0) writeColumn(out, known, PRICE_DECIMALS);
  return out.done();
}

/** Throws a RangeError that says what is wrong when `bytes` is not a whole tile. */
export function decodeTile(bytes: Uint8Array): TileColumns {
  const input = new TileReader(bytes);
  const version = input.byte();
  if (version !== VERSION) throw corrupt(`its version is ${version}, not ${VERSION}`);
  const bars = input.varint();
  // Every bar takes a byte at least, so this bounds what a broken count can make us allocate.
  if (bars > bytes.length) throw corrupt(`it claims ${bars} bars`);

  const time = readColumn(input, bars, TIME_DECIMALS);
  const prices = readPrices(input, bars);
  const volume = readVolume(input, bars);
  if (!input.atEnd()) throw corrupt('bytes follow its end');
  return { time, ...prices, volume };
}

/** The column itself when nothing is missing. */
function withoutNaN(values: Float64Array): Float64Array {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) missing++;
  if (missing === 0) return values;
  const known = new Float64Array(values.length - missing);
  for (let i = 0, at = 0; at < known.length; i++) {
    if (!Number.isNaN(values[i])) known[at++] = values[i]!;
  }
  return known;
}

function writeColumn(out: TileWriter, values: Float64Array, maxDecimals: number) {
  const decimals = sharedDecimals([values], units, maxDecimals);
  out.byte(decimals ?? RAW);
  if (decimals === null) {
    out.floats(values);
    return;
  }
  let previous = 0;
  for (let i = 0; i < values.length; i++) {
    const current = units[i]!;
    units[i] = current - previous;
    previous = current;
  }
  out.differences(units, values.length);
}

function readColumn(input: TileReader, count: number, maxDecimals: number): Float64Array {
  const decimals = readDecimals(input, maxDecimals);
  if (decimals === RAW) return input.floats(count);
  const power = POWERS[decimals]!;
  const values = new Float64Array(count);
  let units = 0;
  for (let i = 0; i < count; i++) {
    units += input.difference();
    values[i] = units / power;
  }
  return values;
}

function writePrices(out: TileWriter, { open, high, low, close }: TileColumns) {
  const decimals = sharedDecimals([open, close, high, low], units);
  out.byte(decimals ?? RAW);
  if (decimals === null) {
    for (const column of [open, high, low, close]) out.floats(column);
    return;
  }
  const bars = open.length;
  let previous = 0;
  for (let i = 0; i < bars; i++) {
    const first = units[i]!;
    const last = units[bars + i]!;
    units[i] = first - previous;
    units[bars + i] = last - first;
    units[2 * bars + i]! -= Math.max(first, last);
    units[3 * bars + i] = Math.min(first, last) - units[3 * bars + i]!;
    previous = last;
  }
  out.differences(units, 4 * bars);
}

function readPrices(input: TileReader, bars: number) {
  const decimals = readDecimals(input, PRICE_DECIMALS);
  if (decimals === RAW) {
    const [open, high, low, close] = Array.from({ length: 4 }, () => input.floats(bars));
    return { open: open!, high: high!, low: low!, close: close! };
  }
  const power = POWERS[decimals]!;
  const [opens, closes, high, low] = Array.from({ length: 4 }, () => new Float64Array(bars));
  // Close is told from open and the next open from close, so both are walked at once.
  for (let i = 0; i < bars; i++) opens![i] = input.difference();
  let close = 0;
  for (let i = 0; i < bars; i++) {
    opens![i]! += close;
    close = opens![i]! + input.difference();
    closes![i] = close;
  }
  for (let i = 0; i < bars; i++) {
    high![i] = (Math.max(opens![i]!, closes![i]!) + input.difference()) / power;
  }
  for (let i = 0; i < bars; i++) {
    low![i] = (Math.min(opens![i]!, closes![i]!) - input.difference()) / power;
  }
  for (const column of [opens!, closes!]) {
    for (let i = 0; i < bars; i++) column[i]! /= power;
  }
  return { open: opens!, high: high!, low: low!, close: closes! };
}

function readDecimals(input: TileReader, max: number): number {
  const decimals = input.byte();
  if (decimals > max && decimals !== RAW) throw corrupt(`a column has ${decimals} decimals`);
  return decimals;
}

function readVolume(input: TileReader, bars: number): Float64Array {
  const kind = input.byte();
  if (kind === VOLUME_NONE) return new Float64Array(bars).fill(Number.NaN);
  if (kind === VOLUME_ALL)
    return bars ? readColumn(input, bars, PRICE_DECIMALS) : new Float64Array();
  if (kind !== VOLUME_SOME) throw corrupt(`its volume is of kind ${kind}`);
  const missing = input.bitmap(bars);
  const known = readColumn(input, bars - missing.filter(Boolean).length, PRICE_DECIMALS);
  let at = 0;
  return Float64Array.from(missing, (absent) => (absent ? Number.NaN : known[at++]!));
}
