import type { ClientBase } from 'pg';
import { KEPT_ISSUES } from '@/contract/uploads';
import { Rows } from '@/lib/db/copy/rows';
import type { CandleBatch } from '../files/batch';
import { duplicateOf, type ImportIssues, repeated } from '../files/issues';
import { copyStaged } from './copy-candles';

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
    if (duplicates > 0) await this.#listDuplicates(duplicates);
  }

  /** Lines of a time that an earlier one has: the same candle again, or another one. */
  async #listDuplicates(count: number) {
    const { rows } = await this.client.query<{
      time: number;
      line: number;
      first: number;
      same: boolean;
    }>(
      `select extract(epoch from time)::float8 as time, line::float8, first::float8, same
       from (${DUPLICATES}) as numbered where line <> first order by same, line limit $1`,
      [2 * KEPT_ISSUES],
    );
    for (const { time, line, first, same } of rows) {
      if (same) repeated(this.issues, line, first);
      else this.issues.error(line, duplicateOf(time, first));
    }
    const more = count - rows.length;
    if (more === 0) return;
    const { rows: counts } = await this.client.query<{ same: number }>(
      `select count(*) filter (where same)::float8 as same
       from (${DUPLICATES}) as numbered where line <> first`,
    );
    const listed = rows.filter(({ same }) => same).length;
    const same = counts[0]!.same - listed;
    this.issues.leaveOut('duplicate', same);
    this.issues.warnings += same;
    this.issues.errors += more - same;
  }
}

const DUPLICATES = `
  select time, line, first_value(line) over same_time as first,
    (open, high, low, close) = (first_value(open) over same_time, first_value(high) over same_time,
      first_value(low) over same_time, first_value(close) over same_time)
    and volume is not distinct from first_value(volume) over same_time as same
  from import_staging window same_time as (partition by time order by line)`;
