import { corrupt, MAX_VARINT_BYTES, TileReader, TileWriter } from './tile-bytes';

/*
 * A tile's bytes, before gzip: one version byte, the number of bars as a varint, then the columns
 * time, prices and volume. A column of decimals is the number of its decimals and, per value, the
 * zigzag varint of a difference in units of the last decimal; any other column is raw float64,
 * little-endian. Prices share one number of decimals and are told apart from their neighbours:
 * open from the close before, close from the open, high and low from the body between the two.
 */

/** Candles as columns, oldest first, all of one length. */
export type TileColumns = {
  /** Unix seconds. */
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
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

/**
 * The smallest k from `from` to `max` for which each value is a whole number of 10^-k and comes
 * back from it bit for bit, or null. NaN is passed over.
 */
export function decimalsOf(values: Float64Array, max = PRICE_DECIMALS, from = 0): number | null {
  let decimals = from;
  let power = POWERS[decimals]!;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    for (;;) {
      const units = Math.round(value * power);
      if (Math.abs(units) > MAX_UNITS || Object.is(value, -0)) return null;
      if (units / power === value) break;
      if (++decimals > max) return null;
      power = POWERS[decimals]!;
    }
  }
  return decimals;
}

/** `columns` as bytes; decodeTile gives every value back bit for bit. */
export function encodeTile(columns: TileColumns): Uint8Array {
  const { time, open, high, low, close, volume } = columns;
  const bars = time.length;
  const out = WRITER;
  out.begin(16 + bars * (6 * MAX_VARINT_BYTES + 1));
  out.byte(VERSION);
  out.varint(bars);

  writeColumn(out, time, TIME_DECIMALS);
  const decimals = sharedDecimals([open, high, low, close], PRICE_DECIMALS);
  out.byte(decimals ?? RAW);
  if (decimals === null) for (const column of [open, high, low, close]) out.floats(column);
  else writePrices(out, columns, POWERS[decimals]!);

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

function sharedDecimals(columns: Float64Array[], max: number): number | null {
  let decimals: number | null = 0;
  for (const column of columns) {
    decimals = decimalsOf(column, max, decimals);
    if (decimals === null) return null;
  }
  // Finer units may take a column that fitted out of range.
  const limit = MAX_UNITS / POWERS[decimals]!;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) if (!(Math.abs(column[i]!) <= limit)) return null;
  }
  return decimals;
}

function withoutNaN(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) known[length++] = values[i]!;
  }
  return known.subarray(0, length);
}

function writeColumn(out: TileWriter, values: Float64Array, maxDecimals: number) {
  const decimals = sharedDecimals([values], maxDecimals);
  if (decimals === null) {
    out.byte(RAW);
    out.floats(values);
    return;
  }
  out.byte(decimals);
  const power = POWERS[decimals]!;
  let previous = 0;
  for (let i = 0; i < values.length; i++) {
    const units = Math.round(values[i]! * power);
    out.difference(units - previous);
    previous = units;
  }
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

function writePrices(out: TileWriter, { open, high, low, close }: TileColumns, power: number) {
  const bars = open.length;
  const opens = units(open, power);
  const closes = units(close, power);
  for (let i = 0; i < bars; i++) out.difference(opens[i]! - (i ? closes[i - 1]! : 0));
  for (let i = 0; i < bars; i++) out.difference(closes[i]! - opens[i]!);
  for (let i = 0; i < bars; i++) {
    out.difference(Math.round(high[i]! * power) - Math.max(opens[i]!, closes[i]!));
  }
  for (let i = 0; i < bars; i++) {
    out.difference(Math.min(opens[i]!, closes[i]!) - Math.round(low[i]! * power));
  }
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

function units(values: Float64Array, power: number): Float64Array {
  const whole = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) whole[i] = Math.round(values[i]! * power);
  return whole;
}
