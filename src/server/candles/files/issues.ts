import type { UtcSeconds } from '@/contract/units';
import { type ImportIssue, KEPT_ISSUES, type LeftOut } from '@/contract/uploads';

/** Lines of several files are numbered on: those of the second begin here. */
export const LINES_OF_A_FILE = 2 ** 32;

/** What is wrong with a file's rows: all of them counted, the first of them kept. */
export class ImportIssues {
  /** Of the files that are read one after the other; one file needs no name. */
  readonly files: string[] = [];
  errors = 0;
  warnings = 0;
  readonly #errors: ImportIssue[] = [];
  readonly #warnings: ImportIssue[] = [];

  readonly #leftOut = new Map<LeftOut, number>();

  /** A line that is no row, or a row that nobody wants. */
  leaveOut(sort: LeftOut, lines = 1) {
    this.#leftOut.set(sort, (this.#leftOut.get(sort) ?? 0) + lines);
  }

  /** How many lines were left out of each sort. */
  leftOut(): { sort: LeftOut; lines: number }[] {
    return [...this.#leftOut].map(([sort, lines]) => ({ sort, lines }));
  }

  error(line: number, reason: string) {
    if (this.errors++ < KEPT_ISSUES) this.#errors.push({ line, reason, severity: 'error' });
  }

  warning(line: number, reason: string) {
    if (this.warnings++ < KEPT_ISSUES) this.#warnings.push({ line, reason, severity: 'warning' });
  }

  count(): number {
    return this.errors + this.warnings;
  }

  /** Those that are kept, by line. */
  list(): ImportIssue[] {
    const issues = [...this.#errors, ...this.#warnings].sort((a, b) => a.line - b.line);
    if (this.files.length < 2) return issues;
    return issues.map((issue) => ({ ...issue, ...this.#place(issue.line) }));
  }

  /** `line 3`, or `line 3 of b.csv`. */
  where(line: number): string {
    if (this.files.length < 2) return `line ${line}`;
    const place = this.#place(line);
    return `line ${place.line} of ${place.file}`;
  }

  #place(line: number) {
    const at = Math.floor(line / LINES_OF_A_FILE);
    return { line: line - at * LINES_OF_A_FILE, file: this.files[at] ?? '' };
  }
}

export function duplicateOf(issues: ImportIssues, time: UtcSeconds, line: number): string {
  const hint = isShownTwice(time) ? '; if this is local time, say its time zone' : '';
  return `time ${written(time)} is already on ${issues.where(line)}${hint}`;
}

/** A candle that the file has twice, as at the seam of two downloads. */
export function repeated(issues: ImportIssues, line: number, first: number) {
  issues.leaveOut('duplicate');
  issues.warning(line, `left out, the same candle as on ${issues.where(first)}`);
}

/** An hour that clocks show twice: on the last Sunday of October or the first of November. */
function isShownTwice(time: UtcSeconds): boolean {
  const date = new Date(time * 1000);
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()];
  const isAutumn = (month === 10 && day > 24) || (month === 11 && day < 8);
  return isAutumn && date.getUTCDay() === 0 && date.getUTCHours() < 4;
}

/** A time as it stands in messages. */
export const written = (time: UtcSeconds) =>
  new Date(time * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
