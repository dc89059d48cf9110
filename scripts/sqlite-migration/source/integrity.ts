import type { Shape } from './shape';
import { damaged, quoted, type SqliteFile } from './sqlite';

/** What the tables' own rules have against cells; the decisions see to those. */
const ABOUT_CELLS =
  /^(NULL value in|CHECK constraint failed|(NUMERIC|TEXT|non-\w+) value in|datatype mismatch)/i;

/**
 * Refuses a file with damaged pages. SQLite's own check of the candles takes longer than moving
 * them; instead each of their indexes has to hold as many rows as the table, and profile.ts, which
 * reads all of them, sees to their order.
 */
export function refuseDamaged(file: SqliteFile, { tables }: Shape): void {
  for (const { table, name, rows } of Object.values(tables)) {
    if (table !== 'candles') {
      const [problem] = problemsOf(file, 'quick_check', name);
      if (problem) throw damaged(problem);
      continue;
    }
    for (const { name: index, partial } of file.rows(`pragma index_list(${quoted(name)})`)) {
      if (partial) continue;
      const [found] = file.rows(
        `select count(*) as n from ${quoted(name)} indexed by ${quoted(`${index}`)}`,
      );
      if (Number(found?.n) !== rows) throw damaged(`the index ${index} has ${found?.n} rows`);
    }
  }
}

/** Whether the indexes of a table hold what it holds, so that they can be relied on. */
export const areIndexesSound = (file: SqliteFile, name: string) =>
  problemsOf(file, 'integrity_check', name).length === 0;

function problemsOf(file: SqliteFile, pragma: string, name: string): string[] {
  const rows = [...file.rows(`pragma ${pragma}('${name.replaceAll("'", "''")}')`)];
  const problems = rows.map((row) => String(row[pragma]));
  return problems.filter((text) => text !== 'ok' && !ABOUT_CELLS.test(text));
}
