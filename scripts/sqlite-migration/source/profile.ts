import type { Cell, TypeCounts } from './cell';
import type { RowSource } from './row-source';
import { type TableShape, TIME_COLUMNS } from './shape';
import { BLOB, INTEGER, NULL, REAL, type SqliteFile, TEXT } from './sqlite';

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

/** Counts a table's rows and looks at every cell: its type, and where it is a number how large. */
export function profileTable(file: SqliteFile, shape: TableShape, rows: RowSource): TableProfile {
  const times = TIME_COLUMNS[shape.table];
  const trackers = shape.columns.map(
    (name) => new Tracker(times.includes(name), name === 'chart_id'),
  );
  const cursor = file.cursor(shape.name, shape.columns, null);
  const order = new OrderProof(shape);
  const block = createBlock(trackers.length);
  const see = () => {
    for (const [i, tracker] of trackers.entries()) {
      tracker.see(block.types[i]!, block.numbers[i]!, block.length);
    }
    order.see(block);
    shape.rows += block.length;
    block.length = 0;
  };
  shape.rows = 0;
  try {
    while (cursor.step()) {
      const at = block.length++;
      for (let i = 0; i < trackers.length; i++) {
        const type = cursor.type(1 + i);
        block.types[i]![at] = type;
        block.numbers[i]![at] = type <= REAL ? cursor.number(1 + i) : Number.NaN;
      }
      if (block.length === BLOCK_ROWS) see();
    }
    see();
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

/** Rows that are looked at together, column by column. */
const BLOCK_ROWS = 1_024;
type Block = {
  length: number;
  types: Uint8Array[];
  /** NaN where the type is no number's. */
  numbers: Float64Array[];
};

const createBlock = (columns: number): Block => ({
  length: 0,
  types: Array.from({ length: columns }, () => new Uint8Array(BLOCK_ROWS)),
  numbers: Array.from({ length: columns }, () => new Float64Array(BLOCK_ROWS)),
});

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
  #chart = 0;

  constructor({ table, columns }: TableShape) {
    this.#chartAt = columns.indexOf('chart_id');
    this.#timeAt = columns.indexOf('time');
    this.holds = table === 'candles' && this.#timeAt >= 0;
  }

  see({ numbers, length }: Block) {
    if (!this.holds) return;
    const charts = numbers[this.#chartAt];
    const times = numbers[this.#timeAt]!;
    let last = this.#last.get(this.#chart) ?? -Infinity;
    for (let i = 0; i < length; i++) {
      const chart = charts ? charts[i]! : 0;
      if (chart !== this.#chart) {
        this.#last.set(this.#chart, last);
        last = this.#last.get(chart) ?? -Infinity;
        this.#chart = chart;
      }
      if (!(times[i]! > last)) this.holds = false;
      last = times[i]!;
    }
    this.#last.set(this.#chart, last);
  }
}

const noNumbers = (): Range => ({ count: 0, min: Infinity, max: -Infinity });

/** Of those that are not NaN. */
function rangeOf(numbers: Float64Array, length: number): Range {
  let [count, min, max] = [0, Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const value = numbers[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { count, min, max };
}

function widen(range: Range, by: Range) {
  range.count += by.count;
  range.min = Math.min(range.min, by.min);
  range.max = Math.max(range.max, by.max);
}

const areSeconds = ({ min, max }: Range) => Math.max(-min, max) < MILLISECONDS_FROM;
const areMillis = ({ min, max }: Range) => min >= MILLISECONDS_FROM || max <= -MILLISECONDS_FROM;

class Tracker {
  readonly types = [0, 0, 0, 0, 0, 0];
  readonly #numbers = noNumbers();
  readonly #seconds = noNumbers();
  readonly #millis = noNumbers();
  readonly #charts = new Set<number>();

  constructor(
    readonly isTime: boolean,
    readonly isChart: boolean,
  ) {}

  /** `numbers` are NaN where the type is no number's. */
  see(types: Uint8Array, numbers: Float64Array, length: number) {
    for (let i = 0; i < length; i++) this.types[types[i]!]!++;
    const range = rangeOf(numbers, length);
    widen(this.#numbers, range);
    if (this.isTime) this.#seeTimes(numbers.subarray(0, length), range);
    if (!this.isChart) return;
    for (let i = 0; i < length; i++) {
      const isNew = i === 0 || numbers[i] !== numbers[i - 1];
      if (isNew && !Number.isNaN(numbers[i])) this.#charts.add(numbers[i]!);
    }
  }

  seeTime(value: number) {
    this.#seeTimes(Float64Array.of(value), { count: 1, min: value, max: value });
  }

  #seeTimes(numbers: Float64Array, range: Range) {
    if (areSeconds(range)) widen(this.#seconds, range);
    else if (areMillis(range)) widen(this.#millis, range);
    else for (const value of numbers) if (!Number.isNaN(value)) this.seeTime(value);
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
