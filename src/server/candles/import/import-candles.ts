import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type {
  ImportEvent,
  ImportReport,
  ImportTarget,
  Mapping,
  OhlcPolicy,
} from '@/contract/uploads';
import { connectForCopy } from '@/lib/db/copy/connect';
import { AppError } from '../../errors';
import type { Scope } from '../../scope';
import { ImportIssues } from '../files/issues';
import { RowReader } from '../files/row-reader';
import type { TableSource } from '../files/table-source';
import { MergingStore } from './merging-store';
import { SortingStore } from './sorting-store';
import { type CandleStore, OrderedStore } from './store';
import { createUnnamedChart, nameChart } from './target';

export type ImportOptions = {
  /** Of a database that no pooler stands in front of. */
  url: string;
  source: TableSource;
  mapping: Mapping;
  target: ImportTarget;
  /** Ends with what would change instead of changing it; of a chart that is there. */
  preview?: boolean;
  /** Who imports: the owner of a new chart, a member of one that is there. */
  scope: Scope;
  ohlcPolicy?: OhlcPolicy;
  /** Leaves out bars of one price and volume 0. */
  dropFlatBars?: boolean;
  acceptGoodRows?: boolean;
  signal?: AbortSignal | undefined;
};

type Phase = Extract<ImportEvent, { type: 'progress' }>['phase'];

const PROGRESS_MS = 250;
const ROLLBACK_PATIENCE_MS = 2_000;

/**
 * Imports a file into a chart, in one transaction: it is committed before `done`, and nothing is
 * left of it after `refused`, an error, or when the caller stops listening.
 */
export async function* importCandles(options: ImportOptions): AsyncGenerator<ImportEvent, void> {
  const client = await connectForCopy(options.url);
  try {
    yield* new Import(client, options).run();
  } finally {
    await leave(client);
  }
}

/** The connection's end rolls back as well, but only when the server comes to notice it. */
async function leave(client: Client) {
  const rollback = client.query('rollback').catch(() => {});
  await Promise.race([rollback, sleep(ROLLBACK_PATIENCE_MS, undefined, { ref: false })]);
  await client.end();
}

type Opened = {
  store: CandleStore;
  chartId: number;
  /** What the chart is called in the end. */
  name: () => Promise<string>;
};

class Import {
  readonly #client: Client;
  readonly #options: ImportOptions;
  readonly #started = performance.now();
  #reported = 0;
  readonly #read = { bytes: 0 };
  #issues = new ImportIssues();

  constructor(client: Client, options: ImportOptions) {
    this.#client = client;
    this.#options = options;
  }

  async *run(): AsyncGenerator<ImportEvent, void> {
    // Nearly all files are in order. One that turns out not to be is read again and sorted.
    const isDone = yield* this.#attempt(OrderedStore);
    if (isDone) return;
    await this.#client.query('rollback');
    yield* this.#attempt(SortingStore);
  }

  /** Answers false, in the middle of its transaction, when the store cannot take the file. */
  async *#attempt(
    Store: typeof OrderedStore | typeof SortingStore,
  ): AsyncGenerator<ImportEvent, boolean> {
    await this.#client.query('begin');
    this.#issues = new ImportIssues();
    const opened = await this.#open(Store);
    try {
      return yield* this.#fill(opened);
    } finally {
      await opened.store.leave?.();
    }
  }

  async *#fill({ store, chartId, name }: Opened): AsyncGenerator<ImportEvent, boolean> {
    const { source, mapping, acceptGoodRows = false, preview = false } = this.#options;
    const { ohlcPolicy, dropFlatBars } = this.#options;
    const reader = new RowReader(mapping, this.#issues, ohlcPolicy, dropFlatBars);
    for await (const chunk of source.chunks(this.#read)) {
      if (!(await store.add(reader.read(chunk)))) return false;
      if (this.#isTimeToReport()) yield this.#progress('reading', reader.rows);
    }
    if (!(await store.add(reader.end()))) return false;
    yield* this.#during('checking', store.check(), () => reader.rows);
    if (reader.rows === 0) {
      throw new AppError('BAD_REQUEST', `${source.fileName} holds no rows of data.`);
    }
    if (this.#issues.errors > 0 && !acceptGoodRows) {
      yield { type: 'refused', ...this.#report(reader) };
      return true;
    }
    const changes = store instanceof MergingStore ? store.changes : null;
    if (preview && changes) {
      yield { type: 'preview', changes, ...this.#report(reader) };
      return true;
    }
    let stored = 0;
    const finishing = store.finish((candles) => {
      stored = candles;
    });
    const summary = yield* this.#during('storing', finishing, () => stored);
    if (!summary) {
      yield { type: 'refused', ...this.#report(reader) };
      return true;
    }
    const chartName = await name();
    this.#stopIfCancelled();
    await this.#client.query('commit');
    const { candles, firstTime, lastTime, timeframe } = summary;
    const holds = { candles, firstTime, lastTime, timeframe };
    const report = this.#report(reader);
    yield { type: 'done', chartId, chartName, changes, ...holds, ...report };
    return true;
  }

  async #open(Store: typeof OrderedStore | typeof SortingStore): Promise<Opened> {
    const { target, scope, acceptGoodRows = false, preview = false } = this.#options;
    const client = this.#client;
    if (target.mode !== 'new') {
      const store = await MergingStore.open(client, scope, target, this.#issues, preview);
      return { store, chartId: target.chartId, name: async () => store.chart.name };
    }
    const chartId = await createUnnamedChart(client, scope);
    const store = new Store(client, chartId, this.#issues, !acceptGoodRows);
    return { store, chartId, name: () => nameChart(client, chartId, target.chartName) };
  }

  #report(reader: RowReader): ImportReport {
    const { rows } = reader;
    const issues = this.#issues;
    return {
      rows,
      issues: issues.list(),
      issueCount: issues.count(),
      errorCount: issues.errors,
      leftOut: issues.leftOut(),
      flatBars: reader.flatBars,
    };
  }

  /** Keeps reporting while PostgreSQL is at work. */
  async *#during<T>(
    phase: Phase,
    work: Promise<T>,
    rows: () => number,
  ): AsyncGenerator<ImportEvent, T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    const watched = work.then(settle, settle);
    while (!settled) {
      await Promise.race([watched, sleep(PROGRESS_MS, undefined, { ref: false })]);
      if (this.#isTimeToReport()) yield this.#progress(phase, rows());
    }
    return work;
  }

  #stopIfCancelled() {
    if (!this.#options.signal?.aborted) return;
    throw new AppError('CLIENT_CLOSED_REQUEST', 'The import was cancelled. Nothing was stored.');
  }

  #isTimeToReport(): boolean {
    this.#stopIfCancelled();
    const now = performance.now();
    if (now - this.#reported < PROGRESS_MS) return false;
    this.#reported = now;
    return true;
  }

  #progress(phase: Phase, rows: number): ImportEvent {
    const { bytes } = this.#read;
    const elapsedMs = performance.now() - this.#started;
    const { totalBytes } = this.#options.source;
    return { type: 'progress', phase, rows, bytes, totalBytes, elapsedMs };
  }
}
