import type { ClientBase } from 'pg';
import type { UtcSeconds } from '@/contract/units';
import { Rows } from '@/lib/db/copy/rows';
import { CopyStream } from '@/lib/db/copy/stream';
import { type CandleBatch, copyCandle, createBatch, isSame, moveCandle } from '../files/batch';
import { duplicateOf, type ImportIssues, repeated } from '../files/issues';
import { TimeframeCounter } from '../rules';
import { PyramidBuilder, type Tile } from '../tiles/pyramid-builder';
import { type ChartSummary, rebuildTiles, writeSummary } from '../tiles/rebuild';
import { copyTiles, TileRows } from '../tiles/stored-tiles';
import { CANDLES, encodeCandles } from './copy-candles';

/** They can only be stored between two COPYs of candles. */
const TILES_AT_ONCE = 256;

/** Takes the candles of one file into a chart, in the transaction that its connection is in. */
export type CandleStore = {
  /** False when the candles turn out to be in no order and the store needs one. */
  add(batch: CandleBatch): Promise<boolean>;
  /** Finds the issues that only show at the end. */
  check(): Promise<void>;
  /** Null when there are no candles. */
  finish(onProgress: (candles: number) => void): Promise<ChartSummary | null>;
  /** Gives up what is under way; the connection can be used again. */
  leave?(): Promise<void>;
};

/** Stores candles as they come: oldest first with their tiles, newest first before their tiles. */
export class OrderedStore implements CandleStore {
  #builder: PyramidBuilder | null = null;
  readonly #timeframes = new TimeframeCounter();
  #candles = 0;
  #firstTime: UtcSeconds | null = null;
  #lastTime: UtcSeconds | null = null;
  #lastLine = 0;
  /** The last candle of the batch before. */
  readonly #last = createBatch(1);
  #newestFirst: boolean | null = null;
  /** Stays open from batch to batch: PostgreSQL stores one while the next is read. */
  #copy: CopyStream | null = null;
  #sending: Promise<void> = Promise.resolve();
  readonly #rows = new Rows();
  readonly #tiles: TileRows;

  constructor(
    readonly client: ClientBase,
    readonly chartId: number,
    readonly issues: ImportIssues,
    /** With one error nothing more is stored; the rest of the file is only checked. */
    readonly stopAtError: boolean,
  ) {
    this.#tiles = new TileRows(client, chartId);
  }

  async add(batch: CandleBatch): Promise<boolean> {
    if (!this.#inOrder(batch)) return false;
    if (batch.length === 0 || (this.stopAtError && this.issues.errors > 0)) return true;
    this.#candles += batch.length;
    this.#firstTime ??= batch.time[0]!;
    if (!this.#newestFirst) {
      this.#builder ??= new PyramidBuilder(this.#timeframes.timeframe());
      this.#builder.add(batch, batch.length);
    }
    await this.#sending;
    const rows = encodeCandles(this.chartId, batch, this.#rows);
    this.#sending = this.#send(rows, this.#builder?.take() ?? []);
    // Awaited by the next call; until then a failure is nobody's.
    this.#sending.catch(() => {});
    return true;
  }

  async check() {
    await this.#sending;
    await this.#store();
  }

  async leave() {
    await this.#copy?.abort();
  }

  async #send(rows: Uint8Array, tiles: Tile[]) {
    this.#copy ??= new CopyStream(this.client, CANDLES);
    await this.#copy.write(rows);
    this.#tiles.add(tiles);
    if (this.#tiles.count >= TILES_AT_ONCE) await this.#store();
  }

  /** Ends the COPY of candles and stores the tiles that are made. */
  async #store() {
    await this.#copy?.end();
    this.#copy = null;
    await this.#tiles.store();
  }

  async finish(onProgress: (candles: number) => void): Promise<ChartSummary | null> {
    await this.check();
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
        this.#repeat(batch, i, kept);
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
    if (kept > 0) copyCandle(batch, kept - 1, this.#last);
    batch.length = kept;
    return true;
  }

  /** The time of the candle before again: the same candle is left out. */
  #repeat(batch: CandleBatch, i: number, kept: number) {
    const same = kept > 0 ? isSame(batch, i, batch, kept - 1) : isSame(batch, i, this.#last, 0);
    const [line, time] = [batch.line[i]!, batch.time[i]!];
    if (same) repeated(this.issues, line, this.#lastLine);
    else this.issues.error(line, duplicateOf(this.issues, time, this.#lastLine));
  }
}
