import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { UtcSeconds } from '@/lib/time';
import { nameCandidates } from '../../charts/rules';
import { sqlState } from '../../errors';
import { TimeframeCounter } from '../rules';
import { PyramidBuilder } from '../tiles';
import { type CandleBatch, moveCandle } from './batch';
import { copyCandles, copyLines, copyTiles } from './copy';
import { KEPT_PROBLEMS, type Problems } from './problems';
import { type ChartSummary, rebuildTiles, writeSummary } from './rebuild-tiles';

/** Takes the candles of one file into a chart, in the transaction that its connection is in. */
export type CandleStore = {
  /** False when the candles turn out to be in no order and the store needs one. */
  add(batch: CandleBatch): Promise<boolean>;
  /** Finds the problems that only show at the end. */
  check(): Promise<void>;
  /** Null when there are no candles. */
  finish(onProgress: (candles: number) => void): Promise<ChartSummary | null>;
};

/** Stores candles as they come: oldest first with their tiles, newest first before their tiles. */
export class OrderedStore implements CandleStore {
  #builder: PyramidBuilder | null = null;
  readonly #timeframes = new TimeframeCounter();
  #candles = 0;
  #firstTime: UtcSeconds | null = null;
  #lastTime: UtcSeconds | null = null;
  #lastLine = 0;
  #newestFirst: boolean | null = null;
  /** The COPY under way, while the next batch is read. */
  #copying: Promise<void> = Promise.resolve();

  constructor(
    readonly client: ClientBase,
    readonly chartId: number,
    readonly problems: Problems,
    /** With one error nothing more is stored; the rest of the file is only checked. */
    readonly stopAtError: boolean,
  ) {}

  async add(batch: CandleBatch): Promise<boolean> {
    if (!this.#inOrder(batch)) return false;
    if (batch.length === 0 || (this.stopAtError && this.problems.errors > 0)) return true;
    this.#candles += batch.length;
    this.#firstTime ??= batch.time[0]!;
    if (!this.#newestFirst) {
      this.#builder ??= new PyramidBuilder(this.#timeframes.timeframe());
      this.#builder.add(batch, batch.length);
    }
    await this.#copying;
    const { client, chartId } = this;
    const tiles = this.#builder?.take() ?? [];
    this.#copying = copyCandles(client, chartId, batch).then(() =>
      copyTiles(client, chartId, tiles),
    );
    // Awaited by the next call; until then a failure is nobody's.
    this.#copying.catch(() => {});
    return true;
  }

  async check() {
    await this.#copying;
  }

  async finish(onProgress: (candles: number) => void): Promise<ChartSummary | null> {
    await this.#copying;
    if (this.#firstTime === null || this.#lastTime === null) return null;
    const builder = this.#builder;
    const timeframe = this.#timeframes.timeframe();
    // Unless the first candles were not like the rest, the tiles are all but done.
    if (this.#newestFirst || builder?.timeframe !== timeframe) {
      return rebuildTiles(this.client, this.chartId, onProgress, timeframe);
    }
    builder.finish();
    await copyTiles(this.client, this.chartId, builder.take());
    const summary: ChartSummary = {
      timeframe,
      pricePrecision: builder.pricePrecision(),
      candles: this.#candles,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
    };
    await writeSummary(this.client, this.chartId, summary);
    return summary;
  }

  /** Takes candles of a time that is there already out of the batch. */
  #inOrder(batch: CandleBatch): boolean {
    let kept = 0;
    for (let i = 0; i < batch.length; i++) {
      const time = batch.time[i]!;
      if (time === this.#lastTime) {
        this.problems.error(batch.line[i]!, duplicateOf(time, this.#lastLine));
        continue;
      }
      if (this.#lastTime !== null) {
        const isEarlier = time < this.#lastTime;
        this.#newestFirst ??= isEarlier;
        if (isEarlier !== this.#newestFirst) return false;
      }
      this.#timeframes.add(time);
      this.#lastTime = time;
      this.#lastLine = batch.line[i]!;
      if (kept !== i) moveCandle(batch, i, kept);
      kept++;
    }
    batch.length = kept;
    return true;
  }
}

/** Stores candles in any order: PostgreSQL sorts them, on disk where memory is short. */
export class SortingStore implements CandleStore {
  #table: Promise<unknown> | null = null;
  #copying: Promise<void> = Promise.resolve();

  constructor(
    readonly client: ClientBase,
    readonly chartId: number,
    readonly problems: Problems,
  ) {}

  async add(batch: CandleBatch): Promise<boolean> {
    this.#table ??= this.client.query(
      `create temp table import_lines (
         time timestamptz, open float8, high float8, low float8, close float8, volume float8,
         line bigint
       ) on commit drop`,
    );
    await this.#table;
    await this.#copying;
    this.#copying = copyLines(this.client, 'import_lines', batch);
    this.#copying.catch(() => {});
    return true;
  }

  async check() {
    await this.#copying;
    if (!this.#table) return;
    await this.client.query("set local work_mem = '64MB'");
    const { rowCount } = await this.client.query(
      `insert into candles (chart_id, time, open, high, low, close, volume)
       select distinct on (time) $1::int, time, open, high, low, close, volume
       from import_lines order by time, line`,
      [this.chartId],
    );
    const { rows } = await this.client.query<{ lines: number }>(
      'select count(*)::float8 as lines from import_lines',
    );
    const duplicates = rows[0]!.lines - rowCount!;
    if (duplicates > 0) await this.#listDuplicates(duplicates);
  }

  finish(onProgress: (candles: number) => void): Promise<ChartSummary | null> {
    return rebuildTiles(this.client, this.chartId, onProgress);
  }

  async #listDuplicates(count: number) {
    const { rows } = await this.client.query<{ time: number; line: number; first: number }>(
      `select extract(epoch from time)::float8 as time, line::float8, first::float8
       from (select time, line, min(line) over (partition by time) as first from import_lines) as lines
       where line <> first order by line limit $1`,
      [KEPT_PROBLEMS],
    );
    for (const { time, line, first } of rows) this.problems.error(line, duplicateOf(time, first));
    this.problems.errors += count - rows.length;
  }
}

function duplicateOf(time: UtcSeconds, line: number): string {
  const written = new Date(time * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
  return `time ${written} is already on line ${line}`;
}

const UNIQUE_VIOLATION = '23505';
const CANDIDATES = 100;

/** A chart that no one sees before its transaction ends, under a name that no one else wants. */
export async function createUnnamedChart(client: ClientBase, createdBy: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    'insert into charts (name, created_by) values ($1, $2) returning id',
    [`import ${randomUUID()}`, createdBy],
  );
  await skipForeignKeyChecks(client);
  return rows[0]!.id;
}

/**
 * Until the transaction ends, for those whose role may. Its candles refer to the chart it has just
 * made, which nobody else can see, let alone delete; looking it up for each of them takes three
 * quarters of the time that PostgreSQL needs to store them.
 */
async function skipForeignKeyChecks(client: ClientBase) {
  await client.query(
    `select set_config('session_replication_role', 'replica', true)
     where has_parameter_privilege('session_replication_role', 'SET')`,
  );
}

/**
 * Gives the chart its name, or `-2`, `-3`, … where that is taken. The last thing an import does:
 * until its transaction ends, others who want the same name wait.
 */
export async function nameChart(client: ClientBase, chartId: number, wanted: string) {
  for (let from = 1; ; ) {
    const candidates = nameCandidates(wanted, from, CANDIDATES);
    const { rows } = await client.query<{ name: string }>(
      'select name from charts where name = any($1)',
      [candidates],
    );
    const taken = new Set(rows.map((row) => row.name));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free === undefined) {
      from += CANDIDATES;
      continue;
    }
    await client.query('savepoint naming');
    try {
      await client.query('update charts set name = $2 where id = $1', [chartId, free]);
      return free;
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      // Somebody took the name in between: look again.
      await client.query('rollback to savepoint naming');
    }
  }
}
