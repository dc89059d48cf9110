import { TimeframeCounter } from '@/server/candles/rules';
import { PyramidBuilder, type Tile } from '@/server/candles/tiles/pyramid-builder';
import { rebuildTiles, writeSummary } from '@/server/candles/tiles/rebuild';
import { TileRows } from '@/server/candles/tiles/stored-tiles';
import type { Candles } from '../plan/candle-pass';
import type { Progress } from '../progress';
import type { Target } from '../target/connection';

/** Tiles sent at once. */
const SENT = 32;
/** Tiles that may wait for PostgreSQL before whoever brings candles has to. */
const MOST_WAITING = 256;

/** The tiles of one chart in the making. */
type Chart = {
  id: number;
  builder: PyramidBuilder;
  timeframes: TimeframeCounter;
  candles: number;
  firstTime: number;
  lastTime: number;
  tiles: Tile[];
  rows: TileRows;
};

/**
 * Builds tiles from candles that pass by for another purpose, each chart in a transaction of the
 * connection. Charts whose candles do not come together and oldest first are left out.
 */
export class PassingTiles {
  #chart: Chart | null = null;
  readonly #built = new Set<number>();
  readonly #left = new Set<number>();
  #waiting = 0;
  #isOpen = false;
  #writing: Promise<void> = Promise.resolve();
  #before: Promise<void> = this.#writing;

  constructor(readonly target: Target) {}

  /** Takes a batch of candles, of which nothing is kept. Settles when the next one may come. */
  async add(batch: Candles): Promise<void> {
    for (let from = 0; from < batch.length; ) {
      const id = batch.chart[from]!;
      let to = from + 1;
      while (to < batch.length && batch.chart[to] === id) to++;
      if (this.#chart?.id !== id) {
        this.#finishChart();
        if (this.#built.has(id)) this.#left.add(id);
      }
      if (!this.#left.has(id)) this.#addRun(id, batch, from, to);
      from = to;
    }
    if (this.#waiting > MOST_WAITING) await this.#before;
  }

  /** The charts whose tiles are there. */
  async finish(): Promise<Set<number>> {
    this.#finishChart();
    await this.#writing;
    for (const id of this.#left) this.#built.delete(id);
    return this.#built;
  }

  #addRun(id: number, batch: Candles, from: number, to: number) {
    const timeframes = this.#chart?.timeframes ?? new TimeframeCounter();
    let last = this.#chart?.lastTime ?? Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const time = batch.time[i]!;
      if (time <= last) {
        this.#left.add(id);
        this.#dropChart();
        return;
      }
      timeframes.add(time);
      last = time;
    }
    this.#chart ??= {
      ...{ id, timeframes, candles: 0, firstTime: batch.time[from]!, lastTime: last, tiles: [] },
      rows: new TileRows(this.target.client, id),
      // Unless the first candles are not like the rest, theirs is the chart's timeframe.
      builder: new PyramidBuilder(timeframes.timeframe()),
    };
    const chart = this.#chart;
    chart.lastTime = last;
    chart.candles += to - from;
    chart.builder.add(columnsBetween(batch, from, to), to - from);
    this.#take(chart);
    if (chart.tiles.length >= SENT) this.#send(chart);
  }

  #take(chart: Chart) {
    const tiles = chart.builder.take();
    this.#waiting += tiles.length;
    chart.tiles.push(...tiles);
  }

  #send({ id, tiles, rows }: Chart) {
    const sent = tiles.splice(0);
    this.#then(async () => {
      await this.#begin(id);
      rows.add(sent);
      await rows.store();
      this.#waiting -= sent.length;
    });
  }

  #finishChart() {
    const chart = this.#chart;
    if (!chart) return;
    const { id, builder, timeframes, tiles, rows, ...summary } = chart;
    if (timeframes.timeframe() !== builder.timeframe) {
      this.#left.add(id);
      this.#dropChart();
      return;
    }
    builder.finish();
    this.#take(chart);
    this.#send(chart);
    this.#chart = null;
    this.#built.add(id);
    this.#then(async (target) => {
      const { timeframe } = builder;
      const pricePrecision = builder.pricePrecision();
      await writeSummary(target.client, id, { ...summary, timeframe, pricePrecision });
      await this.#end('commit');
    });
  }

  #dropChart() {
    this.#waiting -= this.#chart?.tiles.length ?? 0;
    this.#chart = null;
    this.#then(() => this.#end('rollback'));
  }

  async #begin(id: number) {
    if (this.#isOpen) return;
    await this.target.run('begin');
    this.#isOpen = true;
    await this.target.run('delete from candle_tiles where chart_id = $1', [id]);
  }

  async #end(how: 'commit' | 'rollback') {
    if (this.#isOpen) await this.target.run(how);
    this.#isOpen = false;
  }

  #then(work: (target: Target) => Promise<void>) {
    this.#before = this.#writing;
    this.#writing = this.#writing.then(() => work(this.target));
    // Awaited at the end or when it is behind; until then a failure is nobody's.
    this.#writing.catch(() => {});
  }
}

const columnsBetween = (
  { time, open, high, low, close, volume }: Candles,
  from: number,
  to: number,
) => ({
  time: time.subarray(from, to),
  open: open.subarray(from, to),
  high: high.subarray(from, to),
  low: low.subarray(from, to),
  close: close.subarray(from, to),
  volume: volume.subarray(from, to),
});

/** Builds the tiles of all other charts; each is a transaction of its own. */
export async function buildOtherTiles(target: Target, built: Set<number>, progress: Progress) {
  const charts = await target.rows<{ id: number; candles: number }>(
    `select id, (select count(*) from candles where chart_id = charts.id)::float8 as candles
     from charts where id <> all ($1::int[]) order by id`,
    [[...built]],
  );
  const bar = progress.bar('tiles', [charts.reduce((sum, { candles }) => sum + candles, 0)]);
  const at = bar.part(0);
  let done = 0;
  at(done);
  for (const { id, candles } of charts) {
    await target.transaction(() => rebuildTiles(target.client, id, (read) => at(done + read)));
    done += candles;
  }
  bar.end();
}
