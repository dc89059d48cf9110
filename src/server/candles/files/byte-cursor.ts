export const DOT = 46;
export const COMMA = 44;
export const COLON = 58;
export const SPACE = 32;
export const MINUS = 45;
const SLASH = 47;

/** A place in the bytes of a cell, which moves over the numbers, names and signs that times are written in. */
export class ByteCursor {
  at = 0;
  end = 0;
  bytes: Uint8Array = new Uint8Array();
  /** Digits of the last number read. */
  digits = 0;

  open(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /** A run of at most `most` digits; `digits` tells how many there were. NaN without any. */
  number(most: number): number {
    const { at: start, bytes } = this;
    const stop = Math.min(start + most, this.end);
    let value = 0;
    let at = start;
    for (; at < stop; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.at = at;
    this.digits = at - start;
    return at === start ? Number.NaN : value;
  }

  twoDigits(): number {
    const value = this.number(2);
    return this.digits === 2 ? value : Number.NaN;
  }

  /** Moves over `sign` if it is next. */
  next(sign: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  /** Between the numbers of a date: a sign, or 年 and 月, and perhaps spaces. */
  separator(): boolean {
    const sign = this.bytes[this.at]!;
    if (sign === MINUS || sign === SLASH || sign === DOT) this.at++;
    else if (!this.skipDayMark()) return false;
    while (this.at < this.end && this.bytes[this.at] === SPACE) this.at++;
    return true;
  }

  /** 年, 月, 日 or their like in Korean: characters of three bytes. */
  skipDayMark(): boolean {
    if (this.at >= this.end || this.bytes[this.at]! < 0xe0) return false;
    this.at += 3;
    return true;
  }

  skipSigns() {
    while (this.at < this.end && " -/.,'".includes(String.fromCharCode(this.bytes[this.at]!))) {
      this.at++;
    }
    // Spanish and Portuguese: 5 de enero de 2024.
    const isDe =
      (this.bytes[this.at]! | 32) === 100 &&
      (this.bytes[this.at + 1]! | 32) === 101 &&
      this.bytes[this.at + 2] === SPACE;
    if (isDe && this.at + 3 <= this.end) this.at += 3;
  }

  skipLetters() {
    while (this.at < this.end && isLetter(this.bytes[this.at]!)) this.at++;
  }

  /** What is left, in lower case. */
  rest(): string {
    return String.fromCharCode(...this.bytes.subarray(this.at, this.end)).toLowerCase();
  }
}

/** Of ASCII, or a byte of any other. */
const isLetter = (byte: number) => byte >= 0x80 || ((byte | 32) >= 97 && (byte | 32) <= 122);
