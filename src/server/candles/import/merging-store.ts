import { type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import type { UtcSeconds } from '@/contract/units';
import type { ExistingTarget, ImportChanges } from '@/contract/uploads';
import { AppError, sqlState } from '../../errors';
import { countTouched, markStale } from '../../records/stale';
import type { Scope } from '../../scope';
import type { CandleBatch } from '../files/batch';
import { type ImportIssues, written } from '../files/issues';
import { extendTiles } from '../tiles/extend';
import { type ChartSummary, findTimeframe, rebuildTiles } from '../tiles/rebuild';
import { SortedStaging } from './sorted-staging';
import type { CandleStore } from './store';
import { chartToChange, type ExistingChart, skipForeignKeyChecks } from './target';

const LOCK_NOT_AVAILABLE = '55P03';
/** Keeps other users of advisory locks apart from these. */
const LOCK_CLASS = 0x63616e64;

/** Adds candles to a chart that is there: compares them with its own before it writes any. */
export class MergingStore implements CandleStore {
  /** Known after `check`; null where the file holds no candle. */
  changes: ImportChanges | null = null;
  /** Times of candles that change, as a table; null where none does. */
  #changed: SQL | null = null;
  #firstChange: UtcSeconds | null = null;
  readonly #staging: SortedStaging;

  private constructor(
    readonly client: ClientBase,
    readonly scope: Scope,
    readonly chart: ExistingChart,
    readonly mode: ExistingTarget['mode'],
    readonly isPreview: boolean,
    issues: ImportIssues,
  ) {
    this.#staging = new SortedStaging(client, issues);
  }

  /** Throws a NOT_FOUND where there is no such chart; one that is there stays to the end. */
  static async open(
    client: ClientBase,
    scope: Scope,
    { chartId, mode }: ExistingTarget,
    issues: ImportIssues,
    isPreview: boolean,
  ): Promise<MergingStore> {
    const chart = await chartToChange(
      client,
      { ...scope, chartId },
      isPreview ? '' : 'for key share',
    );
    return new MergingStore(client, scope, chart, mode, isPreview, issues);
  }

  async add(batch: CandleBatch): Promise<boolean> {
    await this.#staging.add(batch);
    return true;
  }

  async check() {
    const { client } = this;
    await client.query(
      `create temp table import_candles (
         time timestamptz, open float8, high float8, low float8, close float8, volume float8
       ) on commit drop`,
    );
    await this.#staging.sort((select) => `insert into import_candles ${select}`);
    await client.query('analyze import_candles');
    if (!this.isPreview) await this.#keepOthersOut();
    const counts = await this.#compare();
    if (!counts) return;
    if (this.mode === 'append') await this.#refuseOverlap();
    this.#changed = this.#firstChange === null ? null : await this.#keepChanged();
    const { chart } = this;
    const stale = this.#changed ? await countTouched(client, chart.id, this.#changed) : 0;
    this.changes = { ...counts, stale };
  }

  async finish(onProgress: (candles: number) => void): Promise<ChartSummary | null> {
    const { client, chart, changes } = this;
    if (!changes) return null;
    if (this.#firstChange === null || !this.#changed) return this.#unchanged();
    await skipForeignKeyChecks(client);
    await client.query(
      `insert into candles as c (chart_id, time, open, high, low, close, volume)
       select $1::int, time, open, high, low, close, volume from import_candles
       on conflict (chart_id, time) do update set open = excluded.open, high = excluded.high,
         low = excluded.low, close = excluded.close, volume = coalesce(excluded.volume, c.volume)
       where ${differ('excluded')}`,
      [chart.id],
    );
    // More candles of the timeframe that the chart's have cannot make it another.
    const { timeframe, chartTimeframe } = changes;
    const summary =
      chartTimeframe !== null && timeframe === chartTimeframe
        ? await extendTiles(client, chart.id, this.#firstChange, onProgress)
        : await rebuildTiles(client, chart.id, onProgress);
    // Somebody may have drawn meanwhile.
    const stale = await markStale(client, { ...this.scope, chartId: chart.id }, this.#changed);
    this.changes = { ...changes, stale };
    return summary;
  }

  /**
   * The times of candles that are about to change or to come in, as a table that is read by time. What comes
   * after the chart's last candle and behind every span lies in nothing that somebody drew.
   */
  async #keepChanged() {
    // No parameters: PostgreSQL takes none in a statement that makes a table.
    const id = Number(this.chart.id);
    await this.client.query(
      `create temp table import_changed on commit drop as
       select n.time from import_candles n
       left join candles c on c.chart_id = ${id} and c.time = n.time
       where ${differ('n')} and n.time <= greatest(
         (select max(time) from candles where chart_id = ${id}),
         (select max(end_time) from span_annotations where chart_id = ${id}))`,
    );
    await this.client.query('create index on import_changed (time)');
    await this.client.query('analyze import_changed');
    return sql`import_changed`;
  }

  /**
   * One import at a time changes a chart's candles. The chart's row would do as a lock, but those
   * who annotate meanwhile need it for their revisions.
   */
  async #keepOthersOut() {
    try {
      await this.client.query('select pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, this.chart.id]);
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      throw new AppError(
        'CONFLICT',
        `Another import into “${this.chart.name}” is under way. Try again when it is done.`,
      );
    }
  }

  async #compare(): Promise<Omit<ImportChanges, 'stale'> | null> {
    const { rows } = await this.client.query<
      Omit<ImportChanges, 'timeframe' | 'stale'> & { firstChange: UtcSeconds | null }
    >(
      `select count(*) filter (where c.time is null)::float8 as added,
         count(*) filter (where ${differ('n')} and c.time is not null)::float8 as replaced,
         count(*) filter (where not ${differ('n')} and c.time is not null)::float8 as identical,
         extract(epoch from min(n.time) filter (where ${differ('n')}))::float8 as "firstChange",
         extract(epoch from min(n.time))::float8 as "firstTime",
         extract(epoch from max(n.time))::float8 as "lastTime",
         (select timeframe from charts where id = $1) as "chartTimeframe"
       from import_candles n left join candles c on c.chart_id = $1 and c.time = n.time`,
      [this.chart.id],
    );
    if (rows[0]?.firstTime == null) return null;
    const { firstChange, ...counts } = rows[0];
    this.#firstChange = firstChange;
    return { ...counts, timeframe: await findTimeframe(this.client, 'import_candles') };
  }

  async #refuseOverlap() {
    const { rows } = await this.client.query<{ last: UtcSeconds; early: number }>(
      `select extract(epoch from chart.last)::float8 as last, count(*)::float8 as early
       from (select max(time) as last from candles where chart_id = $1) as chart
       join import_candles on time <= chart.last group by 1`,
      [this.chart.id],
    );
    const [overlap] = rows;
    if (!overlap) return;
    const candles = overlap.early === 1 ? 'candle' : 'candles';
    throw new AppError(
      'CONFLICT',
      `“${this.chart.name}” ends at ${written(overlap.last)}, and ${overlap.early.toLocaleString('en')} ${candles} of this file are not after that. Nothing was stored; merge the file instead.`,
    );
  }

  async #unchanged(): Promise<ChartSummary> {
    const { rows } = await this.client.query<ChartSummary>(
      `select timeframe, price_precision as "pricePrecision", candle_count::float8 as candles,
         extract(epoch from first_time)::float8 as "firstTime",
         extract(epoch from last_time)::float8 as "lastTime"
       from charts where id = $1`,
      [this.chart.id],
    );
    return rows[0]!;
  }
}

/** Whether a new candle has other values than `c`; a volume that it does not have is none. */
const differ = (candle: string) =>
  `((c.open, c.high, c.low, c.close, c.volume) is distinct from (${candle}.open, ${candle}.high,
     ${candle}.low, ${candle}.close, coalesce(${candle}.volume, c.volume)))`;
