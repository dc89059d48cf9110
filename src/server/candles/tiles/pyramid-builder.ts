import { gzipSync } from 'node:zlib';
import { TILE_BARS, TILE_FANOUT } from '@/contract/candles';
import { encodeTile, type TileColumns } from '@/contract/tile-codec';
import type { UtcSeconds } from '@/contract/units';
import { barEnd, coarserTimeframes, Decimals, SINGLE_PRECISION } from '../rules';

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
 * a twentieth smaller, at three times the work. A tile of such noise takes a fifth less time with
 * room for all of it in one block, and any a little less with a window of its size.
 */
const FAST = { level: 1, memLevel: 9, windowBits: 13 };

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
    let first = 0;
    while (first < length && columns.time[first]! < this.#from) first++;
    // What a sum of volumes is rounded to depends on those seen so far, and no others.
    for (let from = 0; from < length; ) {
      this.#volumes.see(columns.volume[from]!);
      const to = this.#volumes.firstBeyond(columns.volume, from + 1, length);
      this.#base.add(columns, Math.max(from, first), to);
      for (const merger of this.#coarser) merger.add(columns, from, to);
      from = to;
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
        this.add(last, i, i + 1);
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
      this.#merge(last, i, i + 1);
    }
    this.#above = this.createAbove();
    this.#above.resume(above);
  }

  /** Bars `from` to before `to` of the columns. */
  add(columns: TileColumns, from: number, to: number) {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + TILE_BARS - this.#length);
      for (let i = at; i < end; i++) copyBar(columns, i, this.#columns, this.#length++);
      if (this.#length === TILE_BARS) this.#emitTile();
      this.#merge(columns, at, end);
      at = end;
    }
  }

  #merge(columns: TileColumns, from: number, to: number) {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + TILE_FANOUT - this.#mergedBars);
      const first = this.#mergedBars === 0 ? at + 1 : at;
      if (first > at) copyBar(columns, at, this.#merged, 0);
      mergeBars(columns, first, end, Number.POSITIVE_INFINITY, this.#merged, this.volumes);
      this.#mergedBars += end - at;
      if (this.#mergedBars === TILE_FANOUT) this.#passUp();
      at = end;
    }
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
    this.#above.add(this.#merged, 0, 1);
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

  /** Candles `from` to before `to` of the columns. */
  add(columns: TileColumns, from: number, to: number) {
    const { time } = columns;
    for (let at = from; at < to; ) {
      const end = mergeBars(columns, at, to, this.#end, this.#bar, this.volumes);
      if (end === to) return;
      if (this.#isOpen) this.level.add(this.#bar, 0, 1);
      this.#isOpen = true;
      copyBar(columns, end, this.#bar, 0);
      this.#end = barEnd(time[end]!, this.timeframe);
      at = end + 1;
    }
  }

  finish() {
    if (this.#isOpen) this.level.add(this.#bar, 0, 1);
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

/** Merges bars from `first` to before `end` that are earlier than `until`; tells where it stopped. */
function mergeBars(
  from: TileColumns,
  first: number,
  end: number,
  until: UtcSeconds,
  into: Bar,
  volumes: Decimals,
): number {
  const { time, high: highs, low: lows, volume: traded } = from;
  let high = into.high[0]!;
  let low = into.low[0]!;
  let volume = into.volume[0]!;
  let i = first;
  for (; i < end && time[i]! < until; i++) {
    if (highs[i]! > high) high = highs[i]!;
    if (lows[i]! < low) low = lows[i]!;
    const more = traded[i]!;
    if (Number.isNaN(volume)) volume = more;
    else if (!Number.isNaN(more)) volume = volumes.round(volume + more);
  }
  if (i === first) return first;
  into.high[0] = high;
  into.low[0] = low;
  into.close[0] = from.close[i - 1]!;
  into.volume[0] = volume;
  return i;
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
