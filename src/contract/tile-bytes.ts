/** Of a whole number to 2^53. */
export const MAX_VARINT_BYTES = 8;

export const corrupt = (why: string) => new RangeError(`This tile is damaged: ${why}.`);

/** Appends the parts of a tile to bytes of a size known to be enough; filled again and again. */
export class TileWriter {
  #bytes = new Uint8Array();
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Forgets what was written; what `done` gave is nobody else's. */
  begin(capacity: number) {
    this.#at = 0;
    if (capacity <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  byte(value: number) {
    this.#bytes[this.#at++] = value;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number) {
    this.#at = putVarint(this.#bytes, this.#at, value);
  }

  /** The first `length` values, a zigzag varint each. */
  differences(values: Float64Array, length: number) {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      at = putVarint(bytes, at, value < 0 ? -2 * value - 1 : 2 * value);
    }
    this.#at = at;
  }

  floats(values: Float64Array) {
    for (let i = 0; i < values.length; i++) {
      this.#view.setFloat64(this.#at, values[i]!, true);
      this.#at += 8;
    }
  }

  /** A set bit for each NaN. */
  bitmap(values: Float64Array) {
    for (let i = 0; i < values.length; i += 8) {
      let bits = 0;
      for (let j = 0; j < 8 && i + j < values.length; j++) {
        if (Number.isNaN(values[i + j])) bits |= 1 << j;
      }
      this.byte(bits);
    }
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}

/** Where the next byte goes. */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  let low = rest | 0;
  while (low > 127) {
    bytes[at++] = (low & 127) | 128;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

/** Takes the parts of a tile off its bytes; throws a RangeError when they end too early. */
export class TileReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw corrupt('it ends too early');
    return this.#bytes[this.#at++]!;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw corrupt('a number in it is too long');
  }

  difference(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  floats(count: number): Float64Array {
    if (this.#at + 8 * count > this.#bytes.length) throw corrupt('it ends too early');
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++, this.#at += 8) {
      values[i] = this.#view.getFloat64(this.#at, true);
    }
    return values;
  }

  bitmap(count: number): boolean[] {
    const bits: boolean[] = [];
    for (let i = 0; i < count; i += 8) {
      const byte = this.byte();
      for (let j = 0; j < 8 && i + j < count; j++) bits.push((byte & (1 << j)) !== 0);
    }
    return bits;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
