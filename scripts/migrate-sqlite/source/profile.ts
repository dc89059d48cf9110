import type { Cell, RowSource, TypeCounts } from './cells';
import type { NumberSpool } from './number-spool';
import { type TableShape, TIME_COLUMNS } from './shape';
import { BLOB, INTEGER, NULL, quoted, REAL, type SqliteFile, TEXT } from './sqlite';

/** As seconds it is the year 5138, as milliseconds 1973: no candle is as late, few as early. */
const MILLISECONDS_FROM = 1e11;

export type Range = { count: number; min: number; max: number };

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

/**
 * Counts a table's rows and looks at every cell: its type, and where it is a number how large.
 * What it finds goes into the spool as well, where there is one.
 */
export function profileTable(
  file: SqliteFile,
  shape: TableShape,
  rows: RowSource,
  spool: NumberSpool | null = null,
): TableProfile {
  const times = TIME_COLUMNS[shape.table];
  const trackers = shape.columns.map(
    (name) => new Tracker(times.includes(name), name === 'chart_id'),
  );
  const columns = [...shape.columns.map(quoted), '_rowid_'].join(', ');
  const cursor = file.numbers(`select ${columns} from ${quoted(shape.name)} order by _rowid_`);
  const order = new OrderProof(shape);
  const row = new Float64Array(trackers.length);
  const types = new Uint8Array(trackers.length);
  shape.rows = 0;
  try {
    while (cursor.step()) {
      shape.rows++;
      for (let i = 0; i < trackers.length; i++) {
        const type = cursor.type(i);
        types[i] = type;
        row[i] = type <= REAL ? cursor.number(i) : Number.NaN;
        trackers[i]!.see(type, row[i]!);
      }
      if (order.holds) order.see(row);
      spool?.add(cursor.number(trackers.length), types, row);
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
  readonly #chartAt: number;
  readonly #timeAt: number;
  readonly #last = new Map<number, number>();
  readonly #chart = new Float64Array(1);
  readonly #time = new Float64Array([-Infinity]);

  constructor({ table, columns }: TableShape) {
    this.#chartAt = columns.indexOf('chart_id');
    this.#timeAt = columns.indexOf('time');
    this.holds = table === 'candles' && this.#timeAt >= 0;
  }

  /** A row's numbers, NaN where it has none. */
  see(row: Float64Array) {
    const chart = this.#chartAt < 0 ? 0 : row[this.#chartAt]!;
    const time = row[this.#timeAt]!;
    if (chart !== this.#chart[0]) {
      this.#last.set(this.#chart[0]!, this.#time[0]!);
      this.#time[0] = this.#last.get(chart) ?? -Infinity;
      this.#chart[0] = chart;
    }
    this.holds = time > this.#time[0]!;
    this.#time[0] = time;
  }
}

/** In an array of numbers: as fields of an object, each new one would be an object of its own. */
class RangeFinder {
  readonly #range = new Float64Array([0, Infinity, -Infinity]);

  see(value: number) {
    const range = this.#range;
    range[0]!++;
    if (value < range[1]!) range[1] = value;
    if (value > range[2]!) range[2] = value;
  }

  range(): Range {
    const [count = 0, min = 0, max = 0] = this.#range;
    return { count, min, max };
  }
}

class Tracker {
  readonly types = [0, 0, 0, 0, 0, 0];
  readonly #numbers = new RangeFinder();
  readonly #seconds = new RangeFinder();
  readonly #millis = new RangeFinder();
  readonly #charts = new Set<number>();
  readonly #lastChart = new Float64Array([Number.NaN]);

  constructor(
    readonly isTime: boolean,
    readonly isChart: boolean,
  ) {}

  /** `value` counts where the type is a number's. */
  see(type: number, value: number) {
    this.types[type]!++;
    if (type > REAL) return;
    this.#numbers.see(value);
    if (this.isTime) this.seeTime(value);
    if (this.isChart && value !== this.#lastChart[0]) {
      this.#lastChart[0] = value;
      this.#charts.add(value);
    }
  }

  seeTime(value: number) {
    (Math.abs(value) < MILLISECONDS_FROM ? this.#seconds : this.#millis).see(value);
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
    return { types, numbers: this.#numbers.range(), charts: this.#charts };
  }

  unit(): TimeUnit {
    const [seconds, millis] = [this.#seconds.range(), this.#millis.range()];
    return { milliseconds: millis.count > seconds.count, seconds, millis };
  }
}
