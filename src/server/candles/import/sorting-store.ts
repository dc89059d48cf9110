import type { ClientBase } from 'pg';
import type { CandleBatch } from '../files/batch';
import type { ImportIssues } from '../files/issues';
import { type ChartSummary, rebuildTiles } from '../tiles/rebuild';
import { SortedStaging } from './sorted-staging';
import type { CandleStore } from './store';

/** Stores candles in any order. */
export class SortingStore implements CandleStore {
  readonly #staging: SortedStaging;

  constructor(
    readonly client: ClientBase,
    readonly chartId: number,
    issues: ImportIssues,
  ) {
    this.#staging = new SortedStaging(client, issues);
  }

  async add(batch: CandleBatch): Promise<boolean> {
    await this.#staging.add(batch);
    return true;
  }

  async check() {
    await this.#staging.sort(
      (select) =>
        `insert into candles (chart_id, time, open, high, low, close, volume)
         select ${Number(this.chartId)}, line.* from (${select}) as line`,
    );
  }

  finish(onProgress: (candles: number) => void): Promise<ChartSummary | null> {
    return rebuildTiles(this.client, this.chartId, onProgress);
  }
}
