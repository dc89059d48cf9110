import type { ColumnRole, Mapping, OhlcPolicy } from '@/contract/uploads';
import { AppError } from '../../errors';
import { type CandleBatch, createBatch } from './batch';
import { Cells } from './cells';
import { checkColumns, PRICES } from './check-columns';
import type { ImportIssues } from './issues';
import { isNothing, plainNumber, readNumber, readVolume } from './numbers';
import { TIME_FORMAT_NAMES, TimeParser } from './times';

const NEWLINE = 10;
const RETURN = 13;
const MAX_LINE = 1 << 16;
/** Nine characters and a newline make the shortest row there can be. */
const MIN_ROW = 10;
const SHOWN = 40;
/** Vendors sign their files on a last line of words. */
const FOOTER = /^["']?\p{L}\S*\s+\S+\s+\S/u;

/**
 * Turns a file's bytes into candles under a mapping, chunk by chunk; rows that are none go to
 * `issues`. Order and duplicates are not its business. The batch that `read` and `end` answer
 * is used again by the next call. It is filled in place: a number that goes through a call or an
 * object is garbage afterwards, and there are millions of them.
 */
export class RowReader {
  /** Rows of data seen so far. */
  rows = 0;
  #line = 0;
  #rest: Uint8Array = new Uint8Array();
  #batch = createBatch(0);
  #footer: { line: number; text: string } | null = null;
  readonly #cells: Cells;
  readonly #times: TimeParser;
  readonly #point: number;
  readonly #time: number;
  readonly #clock: number;
  readonly #open: number;
  readonly #high: number;
  readonly #low: number;
  readonly #close: number;
  readonly #volume: number;
  /** The last column that is read. */
  readonly #last: number;

  /** Throws a BAD_REQUEST for a mapping that leaves out a price or the time. */
  constructor(
    readonly mapping: Mapping,
    readonly issues: ImportIssues,
    readonly ohlcPolicy: OhlcPolicy = 'keep',
  ) {
    const column = (role: ColumnRole) => mapping.columns.indexOf(role);
    this.#cells = new Cells(mapping.delimiter);
    this.#times = new TimeParser(mapping.timeFormat, mapping.timeZone);
    this.#point = (mapping.decimalComma ? ',' : '.').charCodeAt(0);
    this.#time = Math.max(column('time'), column('date'));
    this.#clock = column('time-of-day');
    this.#open = column('open');
    this.#high = column('high');
    this.#low = column('low');
    this.#close = column('close');
    this.#volume = column('volume');
    this.#last = mapping.columns.findLastIndex((role) => role !== 'ignore');
    checkColumns(mapping);
  }

  read(chunk: Uint8Array): CandleBatch {
    this.#clear(this.#rest.length + chunk.length);
    let start = this.#rest.length > 0 ? this.#endRest(chunk) : 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#readLine(chunk, start, end, true);
      start = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(start)]);
    if (this.#rest.length > MAX_LINE) {
      throw new AppError(
        'BAD_REQUEST',
        `Line ${this.#line + 1} has more than ${MAX_LINE.toLocaleString('en')} characters. Is this a table of candles?`,
      );
    }
    return this.#batch;
  }

  /** Reads the line that an earlier chunk began; answers where in this one the next begins. */
  #endRest(chunk: Uint8Array): number {
    const end = chunk.indexOf(NEWLINE);
    if (end < 0) return 0;
    const line = Buffer.concat([this.#rest, chunk.subarray(0, end)]);
    this.#rest = new Uint8Array();
    this.#readLine(line, 0, line.length, true);
    return end + 1;
  }

  end(): CandleBatch {
    this.#clear(this.#rest.length);
    if (this.#rest.length > 0) this.#readLine(this.#rest, 0, this.#rest.length, false);
    if (this.#footer) {
      this.issues.warning(this.#footer.line, `left out, not a row: ${quote(this.#footer.text)}`);
    }
    return this.#batch;
  }

  #clear(bytes: number) {
    const rows = Math.ceil(bytes / MIN_ROW) + 1;
    if (this.#batch.time.length < rows) this.#batch = createBatch(rows);
    this.#batch.length = 0;
  }

  #readLine(bytes: Uint8Array, start: number, lineEnd: number, complete: boolean) {
    this.#line++;
    if (this.#line <= this.mapping.skipLines) return;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    const cells = this.#cells;
    cells.split(bytes, start, end);
    if (cells.count === 1 && cells.isEmpty(0)) return;
    this.#rejectFooter();
    if (cells.count === 1 && FOOTER.test(cells.text(0))) {
      this.#footer = { line: this.#line, text: cells.text(0) };
      return;
    }
    this.rows++;
    // A cell that the file's end may have cut short cannot be trusted to be whole.
    const cut = !complete && cells.count < this.mapping.columns.length;
    const error = cut && cells.count <= this.#last + 1 ? 'cut' : this.#readCandle();
    if (error === null) return;
    this.issues.error(this.#line, cut ? 'the file ends in the middle of this line' : error);
  }

  /** Words in the middle of a file were no footer. */
  #rejectFooter() {
    if (!this.#footer) return;
    this.rows++;
    this.issues.error(this.#footer.line, `is not a row: ${quote(this.#footer.text)}`);
    this.#footer = null;
  }

  /** Adds the candle in the cells to the batch, or answers why it is none. */
  #readCandle(): string | null {
    const cells = this.#cells;
    const { columns } = this.mapping;
    if (cells.count <= this.#last) {
      const columnsWord = cells.count === 1 ? 'column' : 'columns';
      return `has ${cells.count} ${columnsWord} instead of ${columns.length}`;
    }
    for (let i = columns.length; i < cells.count; i++) {
      if (!cells.isEmpty(i)) return `has ${cells.count} columns instead of ${columns.length}`;
    }
    const batch = this.#batch;
    const at = batch.length;
    const { time, open, high, low, close, volume } = batch;
    time[at] = this.#readTime();
    if (Number.isNaN(time[at])) return this.#whyNoTime();
    this.#readPrice(this.#open, open, at);
    this.#readPrice(this.#high, high, at);
    this.#readPrice(this.#low, low, at);
    this.#readPrice(this.#close, close, at);
    if (!Number.isFinite(open[at]! + high[at]! + low[at]! + close[at]!)) {
      const why = this.#whyNoPrice();
      if (why) return why;
    }
    this.#readVolume(volume, at);
    if (volume[at]! < 0) return this.#whyNoVolume();
    if (high[at]! < low[at]!) return `high ${high[at]} is below low ${low[at]}`;
    batch.line[at] = this.#line;
    if (this.#encloses(at)) batch.length++;
    return null;
  }

  /** Whether the candle stays, as it is or widened, when its high or low does not hold its body. */
  #encloses(at: number): boolean {
    const { high, low } = this.#batch;
    const open = this.#batch.open[at]!;
    const close = this.#batch.close[at]!;
    const top = Math.max(open, close);
    const bottom = Math.min(open, close);
    if (high[at]! >= top && low[at]! <= bottom) return true;
    const name = (price: number) => (price === open ? 'open' : 'close');
    const why =
      high[at]! < top
        ? `high ${high[at]} is below ${name(top)} ${top}`
        : `low ${low[at]} is above ${name(bottom)} ${bottom}`;
    const done = { keep: 'kept as it is', widen: 'widened', drop: 'left out' }[this.ohlcPolicy];
    this.issues.warning(this.#line, `${why}: ${done}`);
    if (this.ohlcPolicy === 'widen') {
      high[at] = Math.max(high[at]!, top);
      low[at] = Math.min(low[at]!, bottom);
    }
    return this.ohlcPolicy !== 'drop';
  }

  #readTime(): number {
    const { bytes, starts, ends } = this.#cells;
    const [start, end] = [starts[this.#time]!, ends[this.#time]!];
    if (this.#clock < 0) return this.#times.parse(bytes, start, end);
    return this.#times.parseParts(bytes, start, end, starts[this.#clock]!, ends[this.#clock]!);
  }

  #readPrice(column: number, into: Float64Array, at: number) {
    const { bytes, starts, ends } = this.#cells;
    const price = plainNumber(bytes, starts[column]!, ends[column]!, this.#point);
    into[at] = Number.isNaN(price)
      ? readNumber(this.#cells.text(column), this.mapping.decimalComma)
      : price;
  }

  /** NaN where there is none, below zero where it cannot be read. */
  #readVolume(into: Float64Array, at: number) {
    const column = this.#volume;
    into[at] = Number.NaN;
    if (column < 0) return;
    const { bytes, starts, ends } = this.#cells;
    into[at] = plainNumber(bytes, starts[column]!, ends[column]!, this.#point);
    if (!Number.isNaN(into[at])) return;
    const text = this.#cells.text(column);
    if (isNothing(text)) return;
    const volume = readVolume(text, this.mapping.decimalComma);
    into[at] = Number.isFinite(volume) ? volume : -1;
  }

  #whyNoTime(): string {
    const cells = this.#cells;
    const text = cells.text(this.#time);
    const clock = this.#clock < 0 ? '' : ` ${cells.text(this.#clock)}`;
    if (text === '') return 'time is empty';
    const { timeFormat, timeZone } = this.mapping;
    const name = TIME_FORMAT_NAMES[timeFormat];
    const zone = timeZone === 'UTC' ? '' : ` in ${timeZone}`;
    return `time ${quote(text + clock)} cannot be read as ${name}${zone}`;
  }

  #whyNoPrice(): string | null {
    const { decimalComma } = this.mapping;
    for (const name of PRICES) {
      const text = this.#cells.text(this.mapping.columns.indexOf(name));
      if (text === '') return `${name} is empty`;
      if (/^[+-]?nan$/i.test(text)) return `${name} is NaN`;
      if (!Number.isFinite(readNumber(text, decimalComma))) {
        return `${name} ${quote(text)} is not a number`;
      }
    }
    return null;
  }

  #whyNoVolume(): string {
    const text = this.#cells.text(this.#volume);
    const negative = readVolume(text, this.mapping.decimalComma) < 0;
    return `volume ${quote(text)} is ${negative ? 'below zero' : 'not a number'}`;
  }
}

const quote = (text: string) => `“${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}”`;
