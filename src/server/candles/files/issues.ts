import { type ImportIssue, KEPT_ISSUES } from '@/contract/uploads';
import type { UtcSeconds } from '@/lib/time';

/** What is wrong with a file's rows: all of them counted, the first of them kept. */
export class ImportIssues {
  errors = 0;
  warnings = 0;
  readonly #errors: ImportIssue[] = [];
  readonly #warnings: ImportIssue[] = [];

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
    return [...this.#errors, ...this.#warnings].sort((a, b) => a.line - b.line);
  }
}

export function duplicateOf(time: UtcSeconds, line: number): string {
  return `time ${written(time)} is already on line ${line}`;
}

/** A time as it stands in messages. */
export const written = (time: UtcSeconds) =>
  new Date(time * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
