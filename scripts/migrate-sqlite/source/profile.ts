import type { Cell, RowSource, TypeCounts } from './cells';
import { type TableShape, TIME_COLUMNS } from './shape';
import {
  BLOB,
  INTEGER,
  NULL,
  type NumberCursor,
  quoted,
  REAL,
  type SqliteFile,
  TEXT,
} from './sqlite';

/** As seconds it is the year 5138, as milliseconds 1973: no candle is as late, few as early. */
const MILLISECONDS_FROM = 1e11;

export type Range = { count: number; min: number; max: number };
const emptyRange = (): Range => ({ count: 0, min: Infinity, max: -Infinity });

/** The unit of a column of times, and what would give a number of the other unit away. */
export type TimeUnit = { milliseconds: boolean; seconds: Range; millis: Range };

export type ColumnProfile = {
  types: TypeCounts;
  numbers: Range;
  /** The different numbers, of a column of chart ids. */
  charts: Set<number>;
};

export type TableProfile = {
  columns: Record<string, ColumnProfile>;
  units: Record<string, TimeUnit>;
  /** Of candles: in the order of their row ids each is later than the one before of its chart. */
  isInOrder: boolean;
};

/** Counts a table's rows and looks at every cell: its type, and where it is a number how large. */
export function profileTable(file: SqliteFile, shape: TableShape, rows: RowSource): TableProfile {
  const times = TIME_COLUMNS[shape.table];
  const trackers = shape.columns.map(
    (name) => new Tracker(times.includes(name), name === 'chart_id'),
  );
  const columns = shape.columns.map(quoted).join(', ');
  const cursor = file.numbers(
    `select ${columns || '1'} from ${quoted(shape.name)} order by _rowid_`,
  );
  const order = new OrderProof(cursor, shape);
  shape.rows = 0;
  try {
    while (cursor.step()) {
      shape.rows++;
      order.see();
      for (let i = 0; i < trackers.length; i++) {
        const type = cursor.type(i);
        trackers[i]!.see(type, type <= REAL ? cursor.number(i) : 0);
      }
    }
  } finally {
    cursor.close();
  }
  const profile: TableProfile = { columns: {}, units: {}, isInOrder: order.holds };
  for (const [i, name] of shape.columns.entries()) {
    const tracker = trackers[i]!;
    if (tracker.isTime && tracker.types[TEXT]! > 0) trackTexts(rows, name, tracker);
    profile.columns[name] = tracker.profile();
    if (tracker.isTime) profile.units[name] = tracker.unit();
  }
  return profile;
}

/** Numbers that are written as text count for the unit like any other. */
function trackTexts(rows: RowSource, column: string, tracker: Tracker) {
  for (const row of rows.after(null)) {
    const cell: Cell | undefined = row.cells[column];
    if (cell?.kind !== 'text') continue;
    const value = cell.value.trim() === '' ? Number.NaN : Number(cell.value);
    if (Number.isFinite(value)) tracker.seeTime(value);
  }
}

/** Candles in order have no two of one time, whatever the file's indexes say. */
class OrderProof {
  holds: boolean;
  readonly #chart: number;
  readonly #time: number;
  readonly #last = new Map<number, number>();
  #lastChart = 0;
  #lastTime = -Infinity;

  constructor(
    readonly cursor: NumberCursor,
    shape: TableShape,
  ) {
    this.#chart = 1 + shape.columns.indexOf('chart_id');
    this.#time = 1 + shape.columns.indexOf('time');
    this.holds = shape.table === 'candles' && this.#time > 0;
  }

  see() {
    if (!this.holds) return;
    const chart = this.#chart === 0 ? 0 : this.cursor.number(this.#chart);
    const time = this.cursor.number(this.#time);
    if (chart !== this.#lastChart) {
      this.#last.set(this.#lastChart, this.#lastTime);
      this.#lastTime = this.#last.get(chart) ?? -Infinity;
      this.#lastChart = chart;
    }
    this.holds = time > this.#lastTime;
    this.#lastTime = time;
  }
}

class Tracker {
  readonly types = [0, 0, 0, 0, 0, 0];
  readonly #numbers = emptyRange();
  readonly #seconds = emptyRange();
  readonly #millis = emptyRange();
  readonly #charts = new Set<number>();
  #lastChart = Number.NaN;

  constructor(
    readonly isTime: boolean,
    readonly isChart: boolean,
  ) {}

  see(type: number, value: number) {
    this.types[type]!++;
    if (type > REAL) return;
    widen(this.#numbers, value);
    if (this.isTime) this.seeTime(value);
    if (this.isChart && value !== this.#lastChart) {
      this.#lastChart = value;
      this.#charts.add(value);
    }
  }

  seeTime(value: number) {
    widen(Math.abs(value) < MILLISECONDS_FROM ? this.#seconds : this.#millis, value);
  }

  profile(): ColumnProfile {
    const of = (type: number) => this.types[type]!;
    const types = {
      integer: of(INTEGER),
      real: of(REAL),
      text: of(TEXT),
      blob: of(BLOB),
      null: of(NULL),
    };
    return { types, numbers: this.#numbers, charts: this.#charts };
  }

  unit(): TimeUnit {
    const [seconds, millis] = [this.#seconds, this.#millis];
    return { milliseconds: millis.count > seconds.count, seconds, millis };
  }
}

function widen(range: Range, value: number) {
  range.count++;
  if (value < range.min) range.min = value;
  if (value > range.max) range.max = value;
}
