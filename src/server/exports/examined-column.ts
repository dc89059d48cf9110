import type { ExaminedRange } from '@/contract/examined';
import type { UtcSeconds } from '@/contract/units';
import { AppError } from '../errors';
import type { FileExamined } from './formats';

/** What stands with a candle that was examined for every label; for some, their names as JSON. */
const ALL = 'all';

/** Tells of each candle for what it was examined, candles coming in the order of time. */
export class ExaminedCells {
  #next = 0;
  #open: ExaminedRange[] = [];
  #cell: string | null = null;

  /** `ranges` by start. */
  constructor(readonly ranges: readonly ExaminedRange[]) {}

  at(time: UtcSeconds): string | null {
    const open = this.#open.filter(({ endTime }) => endTime >= time);
    let isSame = open.length === this.#open.length;
    for (; this.#next < this.ranges.length; this.#next++) {
      const range = this.ranges[this.#next] as ExaminedRange;
      if (range.startTime > time) break;
      if (range.endTime < time) continue;
      open.push(range);
      isSame = false;
    }
    this.#open = open;
    if (!isSame) this.#cell = cellOf(open.map(({ labelSet }) => labelSet));
    return this.#cell;
  }
}

function cellOf(sets: (string[] | null)[]): string | null {
  if (sets.length === 0) return null;
  const names = new Set<string>();
  for (const set of sets) {
    if (set === null) return ALL;
    for (const name of set) names.add(name);
  }
  return JSON.stringify([...names].sort());
}

/** Makes a range of each run of candles that say the same. */
export class ExaminedRuns {
  #cell: string | null = null;
  #open: FileExamined | null = null;

  *take(time: UtcSeconds, cell: string | null, where: () => string): Generator<FileExamined> {
    if (cell === this.#cell) {
      if (this.#open) this.#open.endTime = time;
      return;
    }
    yield* this.end();
    this.#cell = cell;
    if (cell === null) return;
    this.#open = { startTime: time, endTime: time, labelSet: labelSetOf(cell, where) };
  }

  *end(): Generator<FileExamined> {
    if (this.#open) yield this.#open;
    this.#open = null;
    this.#cell = null;
  }
}

function labelSetOf(cell: string, where: () => string): string[] | null {
  if (cell === ALL) return null;
  try {
    const names: unknown = JSON.parse(cell);
    const isList = Array.isArray(names) && names.length > 0;
    if (isList && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Said below, as for JSON that holds something else.
  }
  const what = `examined, ${cell}, is neither ${ALL} nor a list of labels such as ["bull_flag"]`;
  throw new AppError('BAD_REQUEST', `${where()}: ${what}.`);
}
