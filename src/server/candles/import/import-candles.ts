import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type {
  ImportEvent,
  ImportReport,
  ImportTarget,
  Mapping,
  OhlcPolicy,
} from '@/contract/uploads';
import { TRANSACTION_ID, TRANSACTION_STATUS, wasCommitted } from '@/lib/db/commit';
import { connectForCopy } from '@/lib/db/copy/connect';
import { AppError, outcomeUnknown, sqlState } from '../../errors';
import type { Scope } from '../../scope';
import { ImportIssues } from '../files/issues';
import { RowReader } from '../files/row-reader';
import type { TableSource } from '../files/table-source';
import type { ChartSummary } from '../tiles/rebuild';
import { MergingStore } from './merging-store';
import { requireRoom } from './room';
import { SortingStore } from './sorting-store';
import { SplittingStore } from './splitting-store';
import { type CandleStore, OrderedStore } from './store';
import {
  createUnnamedChart,
  nameChart,
  otherInstrument,
  requireSymbol,
  setExchangeZone,
  setSymbol,
} from './target';

/** A file and how it is read. */
export type FilePart = { source: TableSource; mapping: Mapping };

export type ImportOptions = FilePart & {
  /** Of a database that no pooler stands in front of. */
  url: string;
  /** Where the database keeps its data, when that is on this machine. */
  databaseFolder?: string | undefined;
  /** Files that follow it, in order of their times; all of them are stored, or none. */
  more?: FilePart[];
  /** The instrument that the file is of, where it is known. */
  symbol?: string | null;
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
  const { databaseFolder, more = [] } = options;
  if (databaseFolder) {
    const sources = [options, ...more].map(({ source }) => source);
    await requireRoom(databaseFolder, sources);
  }
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
  // What has been said of the import stays so, whatever becomes of its connection.
  await client.end().catch(() => {});
}

async function statusOf(url: string, transaction: string): Promise<string | null> {
  const client = await connectForCopy(url);
  try {
    const { rows } = await client.query<{ status: string | null }>(TRANSACTION_STATUS, [
      transaction,
    ]);
    return rows[0]!.status;
  } finally {
    await client.end();
  }
}

type Store = CandleStore | SplittingStore;
type Opened = { store: Store; chartId: number; name: () => Promise<string> };
/** What has been read of all files. */
type Tally = { rows: number; flatBars: number; instruments: readonly string[] };
type Stored = Omit<Extract<ImportEvent, { type: 'done' }>, 'type' | keyof ImportReport>;

class Import {
  readonly #client: Client;
  readonly #options: ImportOptions;
  readonly #files: FilePart[];
  readonly #started = performance.now();
  #reported = 0;
  /** Bytes of the files that are read to their end. */
  #bytesBefore = 0;
  readonly #read = { bytes: 0 };
  #issues = new ImportIssues();

  constructor(client: Client, options: ImportOptions) {
    this.#client = client;
    this.#options = options;
    this.#files = [options, ...(options.more ?? [])];
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
    this.#issues.files.push(...this.#files.map(({ source }) => source.fileName));
    this.#bytesBefore = 0;
    const opened = await this.#open(Store);
    try {
      return yield* this.#fill(opened);
    } finally {
      if (!(opened.store instanceof SplittingStore)) await opened.store.leave?.();
    }
  }

  async *#fill(opened: Opened): AsyncGenerator<ImportEvent, boolean> {
    const { acceptGoodRows = false, preview = false } = this.#options;
    const { store } = opened;
    const tally = yield* this.#readInto(store);
    if (!tally) return false;
    yield* this.#during('checking', store.check(), () => tally.rows);
    if (tally.rows === 0) {
      const names = this.#files.map(({ source }) => source.fileName).join(', ');
      throw new AppError('BAD_REQUEST', `${names} holds no rows of data.`);
    }
    if (this.#options.target.mode !== 'new') {
      await requireSymbol(this.#client, opened.chartId, tally.instruments);
    }
    const { instruments } = this.#options.mapping;
    if (typeof instruments === 'object' && tally.instruments.length === 0) {
      const what = `holds no rows of “${instruments.only}”`;
      throw new AppError('BAD_REQUEST', `${this.#options.source.fileName} ${what}.`);
    }
    const report = this.#report(tally);
    if (this.#issues.errors > 0 && !acceptGoodRows) {
      yield { type: 'refused', ...report };
      return true;
    }
    const changes = store instanceof MergingStore ? store.changes : null;
    if (preview && changes) {
      yield { type: 'preview', changes, ...report };
      return true;
    }
    let candles = 0;
    const storing = this.#finish(opened, tally.instruments, (stored) => {
      candles = stored;
    });
    const stored = yield* this.#during('storing', storing, () => candles);
    if (!stored) {
      yield { type: 'refused', ...report };
      return true;
    }
    this.#stopIfCancelled();
    await this.#commit();
    yield { type: 'done', ...stored, ...report };
    return true;
  }

  /** Nobody is told that it failed when it is stored: a connection may be lost with the answer. */
  async #commit() {
    const { rows } = await this.#client.query<{ id: string }>(TRANSACTION_ID);
    try {
      await this.#client.query('commit');
    } catch (error) {
      const isStored = await wasCommitted(() => statusOf(this.#options.url, rows[0]!.id));
      if (isStored) return;
      if (isStored === false || sqlState(error)) throw error;
      throw outcomeUnknown('the candles');
    }
  }

  /** Reads file after file; null when the store cannot take their order. */
  async *#readInto(store: Store): AsyncGenerator<ImportEvent, Tally | null> {
    const { ohlcPolicy, dropFlatBars } = this.#options;
    const tally: Tally = { rows: 0, flatBars: 0, instruments: [] };
    for (const [number, { source, mapping }] of this.#files.entries()) {
      const reader = new RowReader(mapping, this.#issues, ohlcPolicy, dropFlatBars, number);
      for await (const chunk of source.chunks(this.#read)) {
        if (!(await store.add(reader.read(chunk)))) return null;
        if (this.#isTimeToReport()) yield this.#progress('reading', tally.rows + reader.rows);
      }
      if (!(await store.add(reader.end()))) return null;
      tally.rows += reader.rows;
      tally.flatBars += reader.flatBars;
      tally.instruments = ofBoth(tally.instruments, reader.instruments, this.#files, number);
      this.#bytesBefore += source.totalBytes;
      this.#read.bytes = 0;
    }
    return tally;
  }

  /** Writes what is not written yet; null where there is no candle. */
  async #finish(
    { store, chartId, name }: Opened,
    instruments: readonly string[],
    onProgress: (candles: number) => void,
  ): Promise<Stored | null> {
    if (store instanceof SplittingStore) {
      const charts = await store.finish(instruments, onProgress);
      for (const { chartId: id, symbol } of charts) {
        await setSymbol(this.#client, id, symbol);
        await setExchangeZone(this.#client, id, this.#options.mapping.timeZone);
      }
      const [first] = charts;
      return first ? { ...storedOf(first), chartId: first.chartId, charts } : null;
    }
    const summary = await store.finish(onProgress);
    if (!summary) return null;
    const symbol = instruments.length === 1 ? instruments[0] : this.#options.symbol;
    if (symbol && this.#options.target.mode === 'new') {
      await setSymbol(this.#client, chartId, symbol);
    }
    if (this.#options.target.mode === 'new') {
      await setExchangeZone(this.#client, chartId, this.#options.mapping.timeZone);
    }
    const changes = store instanceof MergingStore ? store.changes : null;
    const chartName = await name();
    const { candles } = summary;
    const charts = [{ chartId, chartName, candles }];
    return { ...storedOf({ ...summary, chartName }), changes, chartId, charts };
  }

  async #open(Store: typeof OrderedStore | typeof SortingStore): Promise<Opened> {
    const { target, scope, mapping, acceptGoodRows = false, preview = false } = this.#options;
    const client = this.#client;
    if (mapping.instruments === 'each') {
      if (target.mode !== 'new' || this.#files.length > 1) {
        const why = 'Instruments that get a chart each come from one file, into new charts.';
        throw new AppError('BAD_REQUEST', why);
      }
      const store = new SplittingStore(client, scope, this.#issues);
      return { store, chartId: 0, name: async () => '' };
    }
    if (target.mode !== 'new') {
      const store = await MergingStore.open(client, scope, target, this.#issues, preview);
      return { store, chartId: target.chartId, name: async () => store.chart.name };
    }
    const chartId = await createUnnamedChart(client, scope);
    const store = new Store(client, chartId, this.#issues, !acceptGoodRows);
    return { store, chartId, name: () => nameChart(client, chartId, target.chartName) };
  }

  #report({ rows, flatBars }: Tally): ImportReport {
    const issues = this.#issues;
    return {
      rows,
      issues: issues.list(),
      issueCount: issues.count(),
      errorCount: issues.errors,
      leftOut: issues.leftOut(),
      flatBars,
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
    const bytes = this.#bytesBefore + this.#read.bytes;
    const elapsedMs = performance.now() - this.#started;
    const totalBytes = this.#files.reduce((sum, { source }) => sum + source.totalBytes, 0);
    return { type: 'progress', phase, rows, bytes, totalBytes, elapsedMs };
  }
}

const storedOf = (chart: ChartSummary & { chartName: string }) => ({
  chartName: chart.chartName,
  changes: null,
  candles: chart.candles,
  firstTime: chart.firstTime,
  lastTime: chart.lastTime,
  timeframe: chart.timeframe,
});

/** The instruments of the files so far. Throws a BAD_REQUEST where two files of one chart are of two. */
function ofBoth(
  before: readonly string[],
  own: readonly string[],
  files: FilePart[],
  number: number,
): readonly string[] {
  if (number === 0 || before.length === 0) return own;
  if (own.length === 0 || (own.length === 1 && own[0] === before[0])) return before;
  const [first, last] = [files[0]!, files[number]!].map(({ source }) => source.fileName);
  throw otherInstrument(`${last} is of “${own[0]}”, and ${first} is of “${before[0]}”`);
}
