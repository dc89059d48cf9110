import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
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
  /** The codec's bytes, gzipped off the main thread. */
  bytes: Promise<Uint8Array>;
};

/** What stays of a timeframe's tiles where candles change: its bars before `from`. */
export type Kept = {
  from: UtcSeconds;
  /** Of each level up to the first that fits in one tile: how many bars, and those in its last tile. */
  levels: { bars: number; last: TileColumns }[];
};

type Bar = {
  time: UtcSeconds;
  open: number;
  high: number;
  low: number;
  close: number;
  /** NaN where there is none. */
  volume: number;
};

const compress = promisify(gzip);
/**
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
  readonly #candle = emptyBar();
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
    const candle = this.#candle;
    for (let i = 0; i < length; i++) {
      barAt(columns, i, candle);
      this.#seePrice(candle.open);
      this.#seePrice(candle.high);
      this.#seePrice(candle.low);
      this.#seePrice(candle.close);
      this.#volumes.see(candle.volume);
      if (candle.time >= this.#from) this.#base.add(candle);
      for (const merger of this.#coarser) merger.add(candle);
    }
  }

  #seePrice(price: number) {
    this.#prices.see(price);
    this.#shownPrices.see(price);
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
    const digits = 5 - Math.floor(Math.log10(Math.abs(this.#candle.close) || 1));
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
        bytes: compress(encodeTile(columns), FAST),
      });
    return new Level(emit, () => this.#level(timeframe, level + 1), this.#volumes);
  }
}

/** One level of one timeframe: fills a tile, and hands its bars, merged by four, to the next. */
class Level {
  readonly #columns = columnsOf(TILE_BARS);
  #length = 0;
  #seq = 0;
  readonly #merged = emptyBar();
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
    const bar = emptyBar();
    const barOf = (i: number) => {
      barAt(kept.last, i, bar);
      this.volumes.see(bar.volume);
      return bar;
    };
    if (above.length === 0) {
      for (let i = 0; i < kept.bars; i++) this.add(barOf(i));
      return;
    }
    this.#seq = Math.floor(kept.bars / TILE_BARS);
    this.#length = kept.bars % TILE_BARS;
    for (const [name, column] of Object.entries(this.#columns)) {
      column.set(kept.last[name as keyof TileColumns]);
    }
    const grouped = this.#length - (kept.bars % TILE_FANOUT);
    for (let i = grouped; i < this.#length; i++) this.#merge(barOf(i));
    this.#above = this.createAbove();
    this.#above.resume(above);
  }

  add(bar: Bar) {
    const columns = this.#columns;
    const at = this.#length++;
    columns.time[at] = bar.time;
    columns.open[at] = bar.open;
    columns.high[at] = bar.high;
    columns.low[at] = bar.low;
    columns.close[at] = bar.close;
    columns.volume[at] = bar.volume;
    if (this.#length === TILE_BARS) this.#emitTile();
    this.#merge(bar);
    if (this.#mergedBars === TILE_FANOUT) this.#passUp();
  }

  #merge(bar: Bar) {
    if (this.#mergedBars++ === 0) copyBar(bar, this.#merged);
    else mergeBar(bar, this.#merged, this.volumes);
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
    this.#above.add(this.#merged);
    this.#mergedBars = 0;
  }
}

/** Merges candles into bars of a coarser timeframe; a bar's time is that of its first candle. */
class Merger {
  readonly #bar = emptyBar();
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

  add(candle: Bar) {
    if (candle.time < this.#end) {
      mergeBar(candle, this.#bar, this.volumes);
      return;
    }
    if (this.#isOpen) this.level.add(this.#bar);
    this.#isOpen = true;
    copyBar(candle, this.#bar);
    this.#end = barEnd(candle.time, this.timeframe);
  }

  finish() {
    if (this.#isOpen) this.level.add(this.#bar);
    this.level.finish();
  }
}

const emptyBar = (): Bar => ({ time: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 });

function barAt(columns: TileColumns, i: number, into: Bar): Bar {
  into.time = columns.time[i]!;
  into.open = columns.open[i]!;
  into.high = columns.high[i]!;
  into.low = columns.low[i]!;
  into.close = columns.close[i]!;
  into.volume = columns.volume[i]!;
  return into;
}

function copyBar(from: Bar, to: Bar) {
  to.time = from.time;
  to.open = from.open;
  to.high = from.high;
  to.low = from.low;
  to.close = from.close;
  to.volume = from.volume;
}

function mergeBar(bar: Bar, into: Bar, volumes: Decimals) {
  if (bar.high > into.high) into.high = bar.high;
  if (bar.low < into.low) into.low = bar.low;
  into.close = bar.close;
  if (Number.isNaN(into.volume)) into.volume = bar.volume;
  else if (!Number.isNaN(bar.volume)) into.volume = volumes.round(into.volume + bar.volume);
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
