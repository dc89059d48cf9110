import { gzipSync } from 'node:zlib';
import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import { encodeTile, type TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/lib/time';
import { barEnd, coarserTimeframes, Decimals, SINGLE_PRECISION } from './rules';

/** A tile on its way to candle_tiles. */
export type Tile = {
  timeframe: number;
  level: number;
  seq: number;
  firstTime: UtcSeconds;
  bars: number;
  /** The codec's bytes, gzipped. */
  bytes: Uint8Array;
};

/** What stays of a timeframe's tiles where candles change: its bars before `from`. */
export type Kept = {
  from: UtcSeconds;
  /** Of each level up to the first that fits in one tile: how many bars, and those in its last tile. */
  levels: { bars: number; last: TileColumns }[];
};

/** Columns of length one: unlike an object's, their numbers change without garbage. */
type Bar = TileColumns;

/**
 * Takes a tenth of a millisecond a tile, less than to have it done by another thread.
 * Decimals come out of it as small as they ever get; only what is noise to the last digit would be
 * a twentieth smaller, at three times the work.
 */
const FAST = { level: 1 };

/**
 * Builds every tile of a chart from its candles in order of time, with one tile a level in memory.
 * With `kept`, by timeframe, it goes on from what stays, and passes over candles that stand in it.
 */
export class PyramidBuilder {
  readonly #prices = new Decimals();
  readonly #shownPrices = new Decimals(SINGLE_PRECISION);
  readonly #volumes = new Decimals();
  #lastClose = Number.NaN;
  readonly #from: UtcSeconds;
  readonly #base: Level;
  readonly #coarser: Merger[];
  #done: Tile[] = [];

  constructor(
    readonly timeframe: number,
    kept?: ReadonlyMap<number, Kept>,
  ) {
    const start = (seconds: number) => {
      const { from, levels } = kept?.get(seconds) ?? { from: Number.NEGATIVE_INFINITY, levels: [] };
      const level = this.#level(seconds, 0);
      level.resume(levels);
      return { from, level };
    };
    const base = start(timeframe);
    this.#from = base.from;
    this.#base = base.level;
    this.#coarser = coarserTimeframes(timeframe).map((seconds) => {
      const { from, level } = start(seconds);
      return new Merger(seconds, level, this.#volumes, from);
    });
  }

  /** How many candles the chart has so far. */
  get candles(): number {
    return this.#base.bars;
  }

  /** The first `length` candles of the columns. */
  add(columns: TileColumns, length: number) {
    if (length === 0) return;
    for (const prices of [columns.open, columns.high, columns.low, columns.close]) {
      const hasMore = this.#prices.seeAll(prices, length);
      // What decimals show exactly they show nearly as well.
      if (hasMore || this.#prices.count() !== this.#shownPrices.count()) {
        this.#shownPrices.seeAll(prices, length);
      }
    }
    for (let i = 0; i < length; i++) {
      this.#volumes.see(columns.volume[i]!);
      if (columns.time[i]! >= this.#from) this.#base.add(columns, i);
      for (const merger of this.#coarser) merger.add(columns, i);
    }
    this.#lastClose = columns.close[length - 1]!;
  }

  /** Completes the tiles that are not full. Nothing may be added afterwards. */
  finish() {
    this.#base.finish();
    for (const merger of this.#coarser) merger.finish();
  }

  /** The tiles completed since the last call. */
  take(): Tile[] {
    const tiles = this.#done;
    this.#done = [];
    return tiles;
  }

  /**
   * Decimals that people read the prices with: 1438.359985 is 1438.36 kept in single precision.
   * Large prices keep two where they have them; where twelve are too few, six digits are shown.
   */
  pricePrecision(): number {
    const digits = 5 - Math.floor(Math.log10(Math.abs(this.#lastClose) || 1));
    const exact = this.#prices.count() ?? Math.min(Math.max(digits, 2), 12);
    return Math.min(exact, Math.max(this.#shownPrices.count() ?? exact, 2));
  }

  #level(timeframe: number, level: number): Level {
    const emit = (seq: number, columns: TileColumns) =>
      this.#done.push({
        timeframe,
        level,
        seq,
        firstTime: columns.time[0]!,
        bars: columns.time.length,
        bytes: gzipSync(encodeTile(columns), FAST),
      });
    return new Level(emit, () => this.#level(timeframe, level + 1), this.#volumes);
  }
}

/** One level of one timeframe: fills a tile, and hands its bars, merged by four, to the next. */
class Level {
  readonly #columns = columnsOf(TILE_BARS);
  #length = 0;
  #seq = 0;
  readonly #merged: Bar = columnsOf(1);
  #mergedBars = 0;
  #above: Level | null = null;

  constructor(
    readonly emit: (seq: number, columns: TileColumns) => void,
    readonly createAbove: () => Level,
    readonly volumes: Decimals,
  ) {}

  get bars(): number {
    return this.#seq * TILE_BARS + this.#length;
  }

  /** Goes on after the bars that stay. Those of a level that fits in one tile are added again. */
  resume([kept, ...above]: Kept['levels']) {
    if (!kept) return;
    const { bars, last } = kept;
    if (above.length === 0) {
      for (let i = 0; i < bars; i++) {
        this.volumes.see(last.volume[i]!);
        this.add(last, i);
      }
      return;
    }
    this.#seq = Math.floor(bars / TILE_BARS);
    this.#length = bars % TILE_BARS;
    for (const [name, column] of Object.entries(this.#columns)) {
      column.set(last[name as keyof TileColumns]);
    }
    for (let i = this.#length - (bars % TILE_FANOUT); i < this.#length; i++) {
      this.volumes.see(last.volume[i]!);
      this.#merge(last, i);
    }
    this.#above = this.createAbove();
    this.#above.resume(above);
  }

  /** Bar `i` of the columns. */
  add(columns: TileColumns, i: number) {
    copyBar(columns, i, this.#columns, this.#length++);
    if (this.#length === TILE_BARS) this.#emitTile();
    this.#merge(columns, i);
    if (this.#mergedBars === TILE_FANOUT) this.#passUp();
  }

  #merge(columns: TileColumns, i: number) {
    if (this.#mergedBars++ === 0) copyBar(columns, i, this.#merged, 0);
    else mergeBar(columns, i, this.#merged, this.volumes);
  }

  /** A level whose bars fit in one tile is the top: what was merged above it is dropped. */
  finish() {
    const isTop = this.bars <= TILE_BARS;
    if (this.#length > 0) this.emit(this.#seq, firstOf(this.#columns, this.#length));
    if (isTop) return;
    if (this.#mergedBars > 0) this.#passUp();
    this.#above?.finish();
  }

  #emitTile() {
    this.emit(this.#seq++, firstOf(this.#columns, this.#length));
    this.#length = 0;
  }

  #passUp() {
    this.#above ??= this.createAbove();
    this.#above.add(this.#merged, 0);
    this.#mergedBars = 0;
  }
}

/** Merges candles into bars of a coarser timeframe; a bar's time is that of its first candle. */
class Merger {
  readonly #bar: Bar = columnsOf(1);
  #isOpen = false;
  /** What comes before the first bar's time goes into one that is never added. */
  #end: UtcSeconds;

  constructor(
    readonly timeframe: number,
    readonly level: Level,
    readonly volumes: Decimals,
    from: UtcSeconds,
  ) {
    this.#end = from;
  }

  /** Candle `i` of the columns. */
  add(columns: TileColumns, i: number) {
    const time = columns.time[i]!;
    if (time < this.#end) {
      mergeBar(columns, i, this.#bar, this.volumes);
      return;
    }
    if (this.#isOpen) this.level.add(this.#bar, 0);
    this.#isOpen = true;
    copyBar(columns, i, this.#bar, 0);
    this.#end = barEnd(time, this.timeframe);
  }

  finish() {
    if (this.#isOpen) this.level.add(this.#bar, 0);
    this.level.finish();
  }
}

function copyBar(from: TileColumns, i: number, to: TileColumns, at: number) {
  to.time[at] = from.time[i]!;
  to.open[at] = from.open[i]!;
  to.high[at] = from.high[i]!;
  to.low[at] = from.low[i]!;
  to.close[at] = from.close[i]!;
  to.volume[at] = from.volume[i]!;
}

function mergeBar(from: TileColumns, i: number, into: Bar, volumes: Decimals) {
  const { high, low, close, volume } = into;
  if (from.high[i]! > high[0]!) high[0] = from.high[i]!;
  if (from.low[i]! < low[0]!) low[0] = from.low[i]!;
  close[0] = from.close[i]!;
  const more = from.volume[i]!;
  if (Number.isNaN(volume[0])) volume[0] = more;
  else if (!Number.isNaN(more)) volume[0] = volumes.round(volume[0]! + more);
}

export function columnsOf(length: number): TileColumns {
  const column = () => new Float64Array(length);
  return {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

export function firstOf({ time, open, high, low, close, volume }: TileColumns, length: number) {
  return {
    time: time.subarray(0, length),
    open: open.subarray(0, length),
    high: high.subarray(0, length),
    low: low.subarray(0, length),
    close: close.subarray(0, length),
    volume: volume.subarray(0, length),
  };
}
