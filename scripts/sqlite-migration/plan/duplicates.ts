import { join } from 'node:path';
import type { Rowid } from '../source/cell';
import { openSqlite, type SqliteFile } from '../source/sqlite';

/** A candle that a newer row of the file replaces. */
export type Superseded = { rowid: Rowid; newer: Rowid };

/**
 * Finds candles of one chart with one time in a file that did not see to it itself. They are kept
 * in a scratch file, so any number of them takes no memory.
 */
export class DuplicateFinder {
  readonly #file: SqliteFile;
  readonly #insert: { run(values: (number | bigint)[]): void; close(): void };

  constructor(folder: string) {
    this.#file = openSqlite(join(folder, 'times.db'));
    this.#file.run(`pragma synchronous = off; pragma journal_mode = off;
      create table times (chart integer, time real, row integer, primary key (chart, time, row)) without rowid;
      create table superseded (row integer primary key, newer integer);
      begin`);
    this.#insert = this.#file.prepare('insert into times values (?, ?, ?)');
  }

  add(chart: number, time: number, rowid: Rowid) {
    this.#insert.run([chart, time, rowid]);
  }

  /** How many rows a newer one replaces. */
  settle(): number {
    this.#insert.close();
    this.#file.run(`insert into superseded
      select row, newer from (
        select row, last_value(row) over (
          partition by chart, time order by row
          rows between unbounded preceding and unbounded following
        ) as newer from times
      ) where row <> newer;
      commit; drop table times`);
    const [row] = this.#file.rows('select count(*) as n from superseded');
    return Number(row?.n);
  }

  /** The superseded after `after`, in the order of their row ids. */
  *superseded(after: Rowid | null): Iterable<Superseded> {
    const where = after === null ? '' : `where row > ${after}`;
    for (const { row, newer } of this.#file.rows(
      `select * from superseded ${where} order by row`,
    )) {
      yield { rowid: row as Rowid, newer: newer as Rowid };
    }
  }

  close() {
    this.#file.close();
  }
}
