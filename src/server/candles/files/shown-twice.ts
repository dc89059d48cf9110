import type { ImportIssues } from './issues';
import type { TimeParser } from './times';

/**
 * Rows of times that a zone's clocks show twice, an hour apart. Which one is meant is told by a near row before
 * it and the other one of the two; where they do not tell, the row gets a warning.
 */
export class ShownTwice {
  /** By the text and the instrument, until the other one comes. */
  readonly #alone = new Map<string, { line: number; text: string }>();

  constructor(
    readonly issues: ImportIssues,
    readonly timeZone: string,
  ) {}

  take(twice: TimeParser['twice'], line: number, text: string, instrument: number | null) {
    if (twice === 'unknown') return this.#warn(line, text);
    const key = `${text} ${instrument}`;
    if (!this.#alone.delete(key)) this.#alone.set(key, { line, text });
  }

  end() {
    for (const { line, text } of this.#alone.values()) this.#warn(line, text);
    this.#alone.clear();
  }

  #warn(line: number, text: string) {
    this.issues.warning(
      line,
      `clocks show “${text}” twice in ${this.timeZone}, an hour apart: nothing tells which one is meant, so this is a guess`,
    );
  }
}
