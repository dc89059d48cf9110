import { Failure } from '../failure';
import type { SqliteFile } from './sqlite';

/** Cells that the decisions see to, whatever the table's own rules were. */
const ABOUT_CELLS =
  /^(NULL value in|CHECK constraint failed|NUMERIC value in|TEXT value in|non-\w+ value in|datatype mismatch)/i;
const ABOUT_INDEXES = /index|entry/i;

/**
 * Refuses a file whose pages are damaged. False when only its indexes are, so that they cannot be
 * relied on; the rows are read without them.
 */
export function isSound(file: SqliteFile): boolean {
  const problems = [...file.rows('pragma integrity_check(100)')]
    .map((row) => String(row.integrity_check))
    .filter((text) => text !== 'ok' && !ABOUT_CELLS.test(text));
  const damage = problems.find((text) => !ABOUT_INDEXES.test(text));
  if (damage) {
    throw new Failure(
      `The SQLite file is damaged (${damage}). Make a whole one with “sqlite3 candles.db .recover | sqlite3 recovered.db” and move that.`,
    );
  }
  return problems.length === 0;
}
