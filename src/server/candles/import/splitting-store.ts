import type { ClientBase } from 'pg';
import { MAX_INSTRUMENTS } from '@/contract/uploads';
import { Rows } from '@/lib/db/copy/rows';
import { AppError } from '../../errors';
import type { Scope } from '../../scope';
import type { CandleBatch } from '../files/batch';
import type { ImportIssues } from '../files/issues';
import { type ChartSummary, rebuildTiles } from '../tiles/rebuild';
import { copyInstruments } from './copy-candles';
import { listDuplicates } from './duplicates';
import { createUnnamedChart, nameChart } from './target';

/** A chart that an import made of one instrument. */
export type InstrumentChart = ChartSummary & { chartId: number; chartName: string; symbol: string };

/** Stores the candles of each instrument of a file in a chart of its own, in any order. */
export class SplittingStore {
  #table: Promise<unknown> | null = null;
  #copying: Promise<void> = Promise.resolve();
  readonly #rows = new Rows();

  constructor(
    readonly client: ClientBase,
    readonly scope: Scope,
    readonly issues: ImportIssues,
  ) {}

  async add(batch: CandleBatch): Promise<boolean> {
    this.#table ??= this.client.query(
      `create temp table import_staging (
         instrument int, time timestamptz, open float8, high float8, low float8, close float8,
         volume float8, line bigint
       ) on commit drop`,
    );
    await this.#table;
    await this.#copying;
    this.#copying = copyInstruments(this.client, 'import_staging', batch, this.#rows);
    // Awaited by the next call; until then a failure is nobody's.
    this.#copying.catch(() => {});
    return true;
  }

  async check() {
    await this.#copying;
    if (!this.#table) return;
    await this.client.query("set local work_mem = '64MB'");
    await this.client.query('create index on import_staging (instrument, time, line)');
    await this.client.query('analyze import_staging');
    await listDuplicates(this.client, this.issues, 'instrument, time');
  }

  /** A chart of each of `names`, by their numbers in the batches; those without a candle get none. */
  async finish(
    names: readonly string[],
    onProgress: (candles: number) => void,
  ): Promise<InstrumentChart[]> {
    if (names.length > MAX_INSTRUMENTS) {
      const why = `This file holds ${names.length} instruments, more than ${MAX_INSTRUMENTS}. Take them one by one with --only.`;
      throw new AppError('BAD_REQUEST', why);
    }
    const charts: InstrumentChart[] = [];
    let stored = 0;
    for (const [number, symbol] of names.entries()) {
      const chartId = await createUnnamedChart(this.client, this.scope);
      await this.client.query(
        `insert into candles (chart_id, time, open, high, low, close, volume)
         select distinct on (time) $1::int, time, open, high, low, close, volume
         from import_staging where instrument = $2 order by time, line`,
        [chartId, number],
      );
      const summary = await rebuildTiles(this.client, chartId, (candles) =>
        onProgress(stored + candles),
      );
      if (!summary) {
        await this.client.query('delete from charts where id = $1', [chartId]);
        continue;
      }
      stored += summary.candles;
      const chartName = await nameChart(this.client, chartId, symbol || 'unnamed');
      charts.push({ ...summary, chartId, chartName, symbol });
    }
    return charts;
  }
}
