import type { ClientBase } from 'pg';
import { Rows } from '@/lib/db/copy/rows';
import type { CandleBatch } from '../files/batch';
import type { ImportIssues } from '../files/issues';
import { copyStaged } from './copy-candles';
import { listDuplicates } from './duplicates';

/** The candles of a file in any order, in a temporary table of their transaction. */
export class SortedStaging {
  #table: Promise<unknown> | null = null;
  #copying: Promise<void> = Promise.resolve();
  readonly #rows = new Rows();

  constructor(
    readonly client: ClientBase,
    readonly issues: ImportIssues,
  ) {}

  async add(batch: CandleBatch) {
    this.#table ??= this.client.query(
      `create temp table import_staging (
         time timestamptz, open float8, high float8, low float8, close float8, volume float8,
         line bigint
       ) on commit drop`,
    );
    await this.#table;
    await this.#copying;
    this.#copying = copyStaged(this.client, 'import_staging', batch, this.#rows);
    // Awaited by the next call; until then a failure is nobody's.
    this.#copying.catch(() => {});
  }

  /**
   * Runs `write`, a statement that makes a row of each line of a SELECT in order of time, the
   * first of those with the same time; PostgreSQL sorts on disk where memory is short.
   */
  async sort(write: (select: string) => string) {
    await this.#copying;
    if (!this.#table) return;
    await this.client.query("set local work_mem = '64MB'");
    const { rowCount } = await this.client.query(
      write(
        `select distinct on (time) time, open, high, low, close, volume
         from import_staging order by time, line`,
      ),
    );
    const { rows } = await this.client.query<{ lines: number }>(
      'select count(*)::float8 as lines from import_staging',
    );
    const duplicates = rows[0]!.lines - rowCount!;
    if (duplicates > 0) await listDuplicates(this.client, this.issues, 'time');
  }
}
