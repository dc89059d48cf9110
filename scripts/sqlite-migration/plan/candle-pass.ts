import type { Context } from '../conversion/outcome';
import { convertRow, type Lossy, type Reject, rejectRow } from '../conversion/rows';
import type { Rowid, SourceRow } from '../source/cell';
import type { TableProfile } from '../source/profile';
import type { RowSource } from '../source/row-source';
import type { TableShape } from '../source/shape';
import { INTEGER, NULL, REAL, type RowCursor, type SqliteFile } from '../source/sqlite';
import type { Superseded } from './duplicates';
import { type Counts, count } from './tally';

/** Candles as they stand in PostgreSQL. */
export type Candles = {
  length: number;
  chart: Int32Array;
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** NaN where there is none. */
  volume: Float64Array;
};

/** Candles in the order of their row ids. */
export type Batch = Candles & {
  rowid: Float64Array;
  /** Rows of the file that it took. */
  read: number;
  last: Rowid;
  rejects: Reject[];
  lossy: { rowid: Rowid; lossy: Lossy[] }[];
};

const EARLIEST = -62_135_596_800;
const MILLISECONDS_FROM = 1e11;
const LATEST = MILLISECONDS_FROM - 1;
const PRECISE = 9e12;
const PLAIN = ['chart_id', 'time', 'open', 'high', 'low', 'close'];
/** With a larger share of rows that need a closer look, all of them are read that way. */
const MOSTLY_PLAIN = 0.95;

/**
 * Reads candles for every purpose alike. A row of plain numbers takes a short way that gives what
 * convertRow would; all others are converted cell by cell.
 */
export class CandlePass {
  readonly isMilliseconds: boolean;
  #conversions: Counts = {};
  readonly #takesShortWay: boolean;
  #plainMilliseconds = 0;

  constructor(
    readonly file: SqliteFile,
    readonly shape: TableShape,
    readonly rows: RowSource,
    readonly profile: TableProfile,
    readonly context: Context,
  ) {
    this.isMilliseconds = profile.units.time?.milliseconds ?? false;
    this.#takesShortWay = plainShare(shape, profile) >= MOSTLY_PLAIN;
  }

  /** How often the rows read since the last call had to be converted. */
  takeConversions(): Counts {
    const conversions = this.#conversions;
    this.#conversions = {};
    return conversions;
  }

  /** Whether every row is plain numbers that go where they belong, as its profile proves. */
  isPlain(): boolean {
    const { columns } = this.profile;
    if (this.shape.rows === 0) return true;
    if (plainShare(this.shape, this.profile) < 1 || !this.hasWholeKeys()) return false;
    const { min, max } = columns.time!.numbers;
    // Later ones, in milliseconds, are rounded.
    const [earliest, latest] = this.isMilliseconds ? [-PRECISE, PRECISE] : [EARLIEST, LATEST];
    if (min < earliest || max > latest) return false;
    const isHeld = (column: string) => {
      const found = columns[column];
      if (!found) return true;
      const { types, numbers } = found;
      const bound = types.integer > 0 ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
      return types.text + types.blob === 0 && numbers.min >= -bound && numbers.max <= bound;
    };
    const charts = [...columns.chart_id!.charts];
    return (
      ['open', 'high', 'low', 'close'].every(isHeld) &&
      (columns.volume === undefined || columns.volume.numbers.count === 0 || isHeld('volume')) &&
      charts.every((key) => this.context.charts.has(key))
    );
  }

  /** Whether each row has a whole number for its chart and its time. */
  hasWholeKeys(): boolean {
    const { columns, units } = this.profile;
    const isWhole = (column: string) => columns[column]?.types.integer === this.shape.rows;
    const { seconds, millis } = units.time ?? { seconds: { count: 0 }, millis: { count: 0 } };
    const isOneUnit = Math.min(seconds.count, millis.count) === 0;
    return isOneUnit && isWhole('time') && (isWhole('chart_id') || !columns.chart_id);
  }

  /**
   * Batches of at most `size` candles, after a row; `superseded` are refused, in the same order. It is
   * one batch, filled anew each time.
   */
  *batches(
    after: Rowid | null,
    size: number,
    superseded: Iterable<Superseded> = [],
  ): Iterable<Batch> {
    const queue = superseded[Symbol.iterator]();
    const state: State = { batch: createBatch(size), superseding: queue.next().value, queue };
    const source = this.#takesShortWay ? this.#plainly(after, state) : this.#closely(after, state);
    for (const _full of source) {
      yield state.batch;
      clearBatch(state.batch);
    }
    if (state.batch.read > 0) yield state.batch;
    count(this.#conversions, 'time: milliseconds made seconds', this.#plainMilliseconds);
    this.#plainMilliseconds = 0;
  }

  /** Yields when the batch is full. */
  *#closely(after: Rowid | null, state: State): Iterable<void> {
    for (const row of this.rows.after(after)) {
      this.#take(state, row);
      if (isFull(state.batch)) yield;
    }
  }

  *#plainly(after: Rowid | null, state: State): Iterable<void> {
    const hasVolume = this.shape.columns.includes('volume');
    const columns = [...PLAIN, ...(hasVolume ? ['volume'] : [])];
    const cursor = this.file.cursor(this.shape.name, columns, after);
    try {
      while (cursor.step()) {
        if (!this.#addPlain(cursor, state, hasVolume)) {
          const rowid = cursor.number(0);
          this.#take(state, this.rows.at(isSafe(rowid) ? rowid : cursor.integer(0)));
        }
        if (isFull(state.batch)) yield;
      }
    } finally {
      cursor.close();
    }
  }

  /** False when the row needs a closer look; it has then not been taken. */
  #addPlain(cursor: RowCursor, { batch, superseding }: State, hasVolume: boolean): boolean {
    if (cursor.type(1) !== INTEGER || cursor.type(2) !== INTEGER) return false;
    const rowid = cursor.number(0);
    if (!isSafe(rowid) || superseding?.rowid === rowid) return false;
    const chart = this.#chartOf(cursor.number(1));
    let time = cursor.number(2);
    if (this.isMilliseconds) {
      if (time < MILLISECONDS_FROM || time % 1000 !== 0) return false;
      time /= 1000;
    }
    if (chart === undefined || !(time >= EARLIEST && time < MILLISECONDS_FROM)) return false;
    const at = batch.length;
    for (let i = 0; i < 4; i++) {
      const value = cursor.number(3 + i);
      if (!isPlainNumber(cursor.type(3 + i), value)) return false;
      priceOf(batch, i)[at] = value;
    }
    let volume = Number.NaN;
    if (hasVolume && cursor.type(7) !== NULL) {
      volume = cursor.number(7);
      if (!isPlainNumber(cursor.type(7), volume)) return false;
    }
    if (this.isMilliseconds) this.#plainMilliseconds++;
    batch.chart[at] = chart;
    batch.time[at] = time;
    batch.volume[at] = volume;
    batch.rowid[at] = rowid;
    batch.length++;
    batch.read++;
    batch.last = rowid;
    return true;
  }

  #lastChart = Number.NaN;
  #lastChartId: number | undefined;
  #chartOf(key: number): number | undefined {
    if (key !== this.#lastChart) {
      this.#lastChart = key;
      this.#lastChartId = this.context.charts.get(key);
    }
    return this.#lastChartId;
  }

  #take(state: State, row: SourceRow) {
    const { batch } = state;
    batch.read++;
    batch.last = row.rowid;
    if (state.superseding && state.superseding.rowid === row.rowid) {
      const { newer } = state.superseding;
      batch.rejects.push(rejectRow(row, `time: row ${newer} has the same chart and time`));
      state.superseding = state.queue.next().value;
      return;
    }
    const converted = convertRow('candles', row, this.context);
    if ('reject' in converted) {
      batch.rejects.push(converted.reject);
      return;
    }
    const { values, notes, lossy } = converted;
    for (const note of notes) count(this.#conversions, note);
    if (lossy.length > 0) batch.lossy.push({ rowid: row.rowid, lossy });
    const at = batch.length++;
    batch.chart[at] = values.chart_id;
    batch.time[at] = values.time;
    batch.open[at] = values.open;
    batch.high[at] = values.high;
    batch.low[at] = values.low;
    batch.close[at] = values.close;
    batch.volume[at] = values.volume ?? Number.NaN;
    batch.rowid[at] = Number(row.rowid);
  }
}

type State = { batch: Batch; superseding: Superseded | undefined; queue: Iterator<Superseded> };

const isFull = (batch: Batch) =>
  batch.length === batch.time.length || batch.rejects.length >= 1_000;
const isSafe = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;

/** A number that a double holds, or SQLite did as one. */
const isPlainNumber = (type: number, value: number) =>
  (type === REAL && Number.isFinite(value)) || (type === INTEGER && isSafe(value));

const priceOf = (batch: Batch, i: number) =>
  i === 0 ? batch.open : i === 1 ? batch.high : i === 2 ? batch.low : batch.close;

/** The share of rows that are plain numbers throughout, at the least. */
function plainShare(shape: TableShape, profile: TableProfile): number {
  if (PLAIN.some((column) => !shape.columns.includes(column))) return 0;
  if (shape.rows === 0) return 1;
  let odd = 0;
  for (const column of PLAIN) {
    const { integer, real } = profile.columns[column]!.types;
    const isWhole = column === 'chart_id' || column === 'time';
    odd += shape.rows - integer - (isWhole ? 0 : real);
  }
  const { seconds, millis } = profile.units.time!;
  odd += Math.min(seconds.count, millis.count);
  return 1 - odd / shape.rows;
}

function createBatch(size: number): Batch {
  const column = () => new Float64Array(size);
  return {
    length: 0,
    chart: new Int32Array(size),
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    rowid: column(),
    read: 0,
    last: 0,
    rejects: [],
    lossy: [],
  };
}

function clearBatch(batch: Batch) {
  batch.length = 0;
  batch.read = 0;
  batch.rejects = [];
  batch.lossy = [];
}
