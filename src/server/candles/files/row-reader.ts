import { NOTATIONS } from '@/contract/time-notations';
import type { ColumnRole, LeftOut, Mapping, OhlcPolicy } from '@/contract/uploads';
import { AppError } from '../../errors';
import { type CandleBatch, createBatch } from './batch';
import { isBlank, isComment } from './blank-lines';
import { Cells } from './cells';
import { checkColumns } from './check-columns';
import { InstrumentFilter } from './instrument-filter';
import { type ImportIssues, LINES_OF_A_FILE } from './issues';
import { isNo, isNothing, plainNumber, readNumber, readVolume } from './numbers';
import { ShownTwice } from './shown-twice';
import { TimeParser } from './times';
import { quote, whyNoPrice, whyNoVolume } from './why-no-row';

const NEWLINE = 10;
const RETURN = 13;
const MAX_LINE = 1 << 16;
/** Nine characters and a newline make the shortest row there can be. */
const MIN_ROW = 10;
const END_OF_FILE = 26;
/** More lines of words than these at a file's end are no footer. */
const MAX_FOOTER = 20;
const NO_VOLUME = -1;

/**
 * Turns a file's bytes into candles under a mapping, chunk by chunk; rows that are none go to
 * `issues`. Order and duplicates are not its business. The batch that `read` and `end` answer
 * is used again by the next call. It is filled in place: a number that goes through a call or an
 * object is garbage afterwards, and there are millions of them.
 */
export class RowReader {
  /** Rows of data seen so far. */
  rows = 0;
  #line: number;
  readonly #skipTo: number;
  #rest: Uint8Array = new Uint8Array();
  #batch = createBatch(0);
  /** Lines that are no rows, and nothing else if no row follows. */
  #footer: { line: number; text: string }[] = [];
  /** The header and what else stands above the rows: it may come again. */
  readonly #above = new Set<string>();
  /** Bars of one price and volume 0. */
  flatBars = 0;
  #missingVolumes = 0;
  #volumes = 0;
  readonly #cells: Cells;
  readonly #times: TimeParser;
  readonly #shownTwice: ShownTwice;
  readonly #isUnix: boolean;
  readonly #point: number;
  readonly #time: number;
  readonly #timeOfDay: number;
  readonly #open: number;
  readonly #high: number;
  readonly #low: number;
  readonly #close: number;
  readonly #volume: number;
  readonly #complete: number;
  readonly #divisor: number;
  readonly #instruments: InstrumentFilter | null;
  /** The last column that is read. */
  readonly #last: number;

  /** Throws a BAD_REQUEST for a mapping that leaves out a price or the time. */
  constructor(
    readonly mapping: Mapping,
    readonly issues: ImportIssues,
    readonly ohlcPolicy: OhlcPolicy = 'keep',
    readonly dropFlatBars = false,
    /** Of several files that are read one after the other, which this one is. */
    file = 0,
  ) {
    this.#line = file * LINES_OF_A_FILE;
    this.#skipTo = this.#line + mapping.skipLines;
    const column = (role: ColumnRole) => mapping.columns.indexOf(role);
    this.#cells = new Cells(mapping.delimiter);
    this.#times = new TimeParser(mapping.timeFormat, mapping.timeZone, mapping);
    this.#isUnix = mapping.timeFormat.startsWith('unix');
    this.#shownTwice = new ShownTwice(issues, mapping.timeZone);
    this.#divisor = mapping.priceDivisor ?? 1;
    this.#instruments = InstrumentFilter.of(mapping);
    this.#point = (mapping.decimalComma ? ',' : '.').charCodeAt(0);
    this.#time = Math.max(column('time'), column('date'));
    this.#timeOfDay = column('time-of-day');
    this.#open = column('open');
    this.#high = column('high');
    this.#low = column('low');
    this.#close = column('close');
    this.#volume = column('volume');
    this.#complete = column('complete');
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
        `Line ${(this.#line % LINES_OF_A_FILE) + 1} has more than ${MAX_LINE.toLocaleString('en')} characters. Is this a table of candles?`,
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
    for (const { line, text } of this.#footer) {
      this.#leaveOut('footer', line, `not a row: ${quote(text)}`);
    }
    this.#footer = [];
    this.#shownTwice.end();
    if (this.#missingVolumes > 0 && this.#volumes > this.#missingVolumes) {
      const what = `volume −1 in ${this.#missingVolumes.toLocaleString('en')} rows is taken for none`;
      this.issues.warning(this.#line, what);
    }
    return this.#batch;
  }

  /** The instruments of the rows, by the numbers that they have in batches. */
  get instruments(): readonly string[] {
    return this.#instruments?.names ?? [];
  }

  #clear(bytes: number) {
    const rows = Math.ceil(bytes / MIN_ROW) + 1;
    if (this.#batch.time.length < rows) this.#batch = createBatch(rows);
    this.#batch.length = 0;
  }

  #readLine(bytes: Uint8Array, start: number, lineEnd: number, complete: boolean) {
    this.#line++;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (this.#line <= this.#skipTo) {
      this.#above.add(textOf(bytes, start, end));
      return;
    }
    if (end === start + 1 && bytes[start] === END_OF_FILE) return;
    if (isComment(bytes, start, end)) {
      this.#leaveOut('comment', this.#line, `a comment: ${quote(textOf(bytes, start, end))}`);
      return;
    }
    const cells = this.#cells;
    cells.split(bytes, start, end);
    if (cells.isEmpty(0) && isBlank(cells)) return;
    // A cell that the file's end may have cut short cannot be trusted to be whole.
    const cut = !complete && cells.count < this.mapping.columns.length;
    const error = cut && cells.count <= this.#last + 1 ? 'cut' : this.#readCandle();
    if (error !== null && this.#isNoRow(bytes, start, end)) return;
    this.#rejectFooter();
    this.rows++;
    if (error === null) return;
    this.issues.error(this.#line, cut ? 'the file ends in the middle of this line' : error);
  }

  /** Leaves out what stands between rows and is none; a line that looks like a row is one. */
  #isNoRow(bytes: Uint8Array, start: number, end: number): boolean {
    const cells = this.#cells;
    const text = cells.count === 1 ? cells.text(0) : textOf(bytes, start, end);
    if (this.#above.has(text)) {
      this.#leaveOut('header', this.#line, `the header again: ${quote(text)}`);
      return true;
    }
    const columns = [this.#open, this.#high, this.#low, this.#close];
    const prices = columns.map((column) => (column < cells.count ? cells.text(column) : ''));
    if (prices.some((price) => readsAsNumber(price, this.mapping.decimalComma))) return false;
    const hasTime = Math.max(this.#time, this.#timeOfDay) < cells.count;
    if (hasTime && !Number.isNaN(this.#readTime())) {
      const isEmpty = cells.count > this.#last && prices.every(isNothing);
      const why = isEmpty ? 'no prices' : `no prices: ${quote(text)}`;
      if (!isEmpty && this.#hasPrices(prices)) return false;
      this.rows++;
      this.#leaveOut(isEmpty ? 'no trade' : 'no prices', this.#line, why);
      return true;
    }
    // What begins with a number may be a row with a time that cannot be read; psql counts the rows at the end.
    const first = hasTime ? cells.text(this.#time) : text;
    if ((/^\W*\d/.test(first) && !/^\(\d+ \p{L}+\)$/u.test(text)) || !/\p{L}{2}/u.test(text))
      return false;
    if (this.#footer.length === MAX_FOOTER) return false;
    this.#footer.push({ line: this.#line, text });
    return true;
  }

  /** Four cells with something in them, though no numbers: a row that is broken. */
  #hasPrices = (prices: string[]) =>
    this.#cells.count > this.#last && prices.filter((price) => !isNothing(price)).length > 1;

  #leaveOut(sort: LeftOut, line: number, why: string) {
    this.issues.leaveOut(sort);
    this.issues.warning(line, `left out, ${why}`);
  }

  /** Words in the middle of a file were no footer. */
  #rejectFooter() {
    if (this.#footer.length === 0) return;
    for (const { line, text } of this.#footer) {
      this.rows++;
      this.issues.error(line, `is not a row: ${quote(text)}`);
    }
    this.#footer = [];
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
    // Of others it does not matter whether they can be read.
    if (this.#instruments?.isOfOne && !this.#takesInstrument(at)) return null;
    const { time, open, high, low, close, volume } = batch;
    time[at] = this.#readTime();
    if (Number.isNaN(time[at])) return this.#whyNoTime();
    this.#readPrice(this.#open, open, at);
    this.#readPrice(this.#high, high, at);
    this.#readPrice(this.#low, low, at);
    this.#readPrice(this.#close, close, at);
    if (!Number.isFinite(open[at]! + high[at]! + low[at]! + close[at]!)) {
      const why = whyNoPrice(cells, this.mapping);
      if (why) return why;
    }
    this.#readVolume(volume, at);
    if (volume[at]! < 0) return whyNoVolume(cells, this.mapping);
    if (high[at]! < low[at]!) return `high ${high[at]} is below low ${low[at]}`;
    if (this.#instruments && !this.#instruments.isOfOne) this.#takesInstrument(at);
    batch.line[at] = this.#line;
    if (this.#complete >= 0 && isNo(cells.text(this.#complete))) {
      this.#leaveOut('incomplete', this.#line, 'the file says that it is not complete yet');
      return null;
    }
    if (high[at] === low[at] && volume[at] === 0 && !this.#keepsFlat()) return null;
    if (time[at] === 0 && this.#isUnix) {
      const what = 'time is 0, which is 1970-01-01 00:00 UTC, kept as it is: is it missing?';
      this.issues.warning(this.#line, what);
    }
    if (low[at] === 0) {
      const which = high[at] === 0 ? 'every price' : 'low';
      this.issues.warning(this.#line, `${which} is 0, kept as it is: is a price missing?`);
    }
    if (this.#encloses(at)) {
      batch.length++;
      const { twice } = this.#times;
      if (twice !== 'no') {
        const instrument = this.#instruments && batch.instrument[at]!;
        this.#shownTwice.take(twice, this.#line, this.#timeText(), instrument);
      }
    }
    return null;
  }

  #timeText(): string {
    const date = this.#cells.text(this.#time);
    return this.#timeOfDay < 0 ? date : `${date} ${this.#cells.text(this.#timeOfDay)}`;
  }

  #keepsFlat(): boolean {
    this.flatBars++;
    if (this.dropFlatBars) this.issues.leaveOut('flat');
    return !this.dropFlatBars;
  }

  /** Whether the row is of an instrument that is wanted. */
  #takesInstrument(at: number): boolean {
    const { bytes, starts, ends } = this.#cells;
    const column = this.#instruments!.column;
    const number = this.#instruments!.take(
      bytes,
      starts[column]!,
      ends[column]!,
      this.#line % LINES_OF_A_FILE,
    );
    if (number < 0) this.issues.leaveOut('other instrument');
    this.#batch.instrument[at] = number;
    return number >= 0;
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
    const done = OHLC_DONE[this.ohlcPolicy];
    this.issues.warning(this.#line, `${why}: ${done}`);
    if (this.ohlcPolicy === 'widen') {
      high[at] = Math.max(high[at]!, top);
      low[at] = Math.min(low[at]!, bottom);
    }
    if (this.ohlcPolicy === 'clamp') {
      this.#batch.open[at] = Math.min(Math.max(open, low[at]!), high[at]!);
      this.#batch.close[at] = Math.min(Math.max(close, low[at]!), high[at]!);
    }
    return this.ohlcPolicy !== 'drop';
  }

  #readTime(): number {
    const { bytes, starts, ends } = this.#cells;
    const [start, end] = [starts[this.#time]!, ends[this.#time]!];
    if (this.#timeOfDay < 0) return this.#times.parse(bytes, start, end);
    return this.#times.parseParts(
      bytes,
      start,
      end,
      starts[this.#timeOfDay]!,
      ends[this.#timeOfDay]!,
    );
  }

  #readPrice(column: number, into: Float64Array, at: number) {
    const { bytes, starts, ends } = this.#cells;
    const price = plainNumber(bytes, starts[column]!, ends[column]!, this.#point);
    into[at] = Number.isNaN(price)
      ? readNumber(this.#cells.text(column), this.mapping.decimalComma)
      : price;
    if (this.#divisor !== 1) into[at] = into[at]! / this.#divisor;
  }

  /** NaN where there is none, below zero where it cannot be read. */
  #readVolume(into: Float64Array, at: number) {
    const column = this.#volume;
    into[at] = Number.NaN;
    if (column < 0) return;
    const { bytes, starts, ends } = this.#cells;
    into[at] = plainNumber(bytes, starts[column]!, ends[column]!, this.#point);
    this.#volumes++;
    if (into[at] === NO_VOLUME) {
      // Interactive Brokers' sign that there is none.
      into[at] = Number.NaN;
      this.#missingVolumes++;
      return;
    }
    if (!Number.isNaN(into[at])) return;
    const text = this.#cells.text(column);
    if (isNothing(text)) return;
    const volume = readVolume(text, this.mapping.decimalComma);
    into[at] = Number.isFinite(volume) ? volume : -1;
  }

  #whyNoTime(): string {
    const cells = this.#cells;
    if (cells.isEmpty(this.#time)) return 'time is empty';
    const text = quote(this.#timeText());
    const { timeFormat, timeZone } = this.mapping;
    if (this.#times.isSkipped) return `the clocks skip ${text} in ${timeZone}`;
    const { name } = NOTATIONS[timeFormat];
    const zone = timeZone === 'UTC' ? '' : ` in ${timeZone}`;
    return `time ${text} cannot be read as ${name}${zone}`;
  }
}

const OHLC_DONE: Record<OhlcPolicy, string> = {
  keep: 'kept as it is',
  widen: 'widened',
  clamp: 'moved to it',
  drop: 'left out',
};

const textOf = (bytes: Uint8Array, start: number, end: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');

const readsAsNumber = (text: string, decimalComma: boolean) =>
  !Number.isNaN(readNumber(text, decimalComma));
