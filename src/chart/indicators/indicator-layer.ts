import type { ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import { TILE_BARS } from '@/contract/candles';
import type { TileColumns } from '@/contract/tile-codec';
import type { BarIndex } from '@/contract/units';
import type { CandleChart } from '../candle-chart';
import { type CandleWindow, joinTiles } from '../candle-window';
import type { ChartTheme } from '../theme';
import { type IndicatorId, indicatorOf, type LineTone } from './catalogue';

/** The tiles of level 0 that a window needs beside its own: at once where they are here. */
type Tiles = {
  timeframe(): number;
  find(seq: number): TileColumns | undefined;
  load(seq: number): Promise<TileColumns | null>;
};
type Shown = { first: BarIndex; columns: Map<IndicatorId, Float64Array[]> };

/** Draws indicators over one window of bars, from these and the bars that warm them up. */
export class IndicatorLayer {
  private readonly series = new Map<IndicatorId, ISeriesApi<'Line'>[]>();
  private wanted: readonly IndicatorId[] = [];
  private window: CandleWindow | null = null;
  private shown: Shown | null = null;
  /** The library of indicators, loaded once somebody wants one. */
  private compute: typeof import('./compute').computeIndicator | null = null;

  constructor(
    private readonly chart: CandleChart,
    private readonly tiles: Tiles,
    private theme: ChartTheme,
    /** Values are others now. */
    private readonly onChange: () => void,
  ) {
    chart.beforeWindow = () => this.clear();
    chart.afterWindow = (window) => {
      const isFirst = this.window === null;
      this.window = window;
      // Until now it was not known whether volume has the second pane.
      if (isFirst) void this.set(this.wanted);
      else if (this.series.size > 0) void this.show();
    };
  }

  async set(ids: readonly IndicatorId[]) {
    this.wanted = ids;
    if (!this.window) return;
    for (const [id, lines] of this.series) {
      if (ids.includes(id)) continue;
      for (const line of lines) this.chart.removeLine(line);
      this.series.delete(id);
    }
    for (const id of ids) if (!this.series.has(id)) this.series.set(id, this.add(id));
    if (ids.length > 0) this.compute ??= (await import('./compute')).computeIndicator;
    await this.show();
  }

  setTheme(theme: ChartTheme) {
    this.theme = theme;
    for (const [id, lines] of this.series) {
      for (const [at, line] of lines.entries()) line.applyOptions({ color: this.color(id, at) });
    }
  }

  /** The values at a bar; null where its bars are drawn as one with others, or not read yet. */
  valuesAt(bar: BarIndex): Map<IndicatorId, number[]> | null {
    const { shown } = this;
    if (!shown) return null;
    const at = bar - shown.first;
    return new Map(
      [...shown.columns].map(([id, columns]) => [
        id,
        columns.map((column) => column[at] ?? Number.NaN),
      ]),
    );
  }

  private add(id: IndicatorId): ISeriesApi<'Line'>[] {
    const { onPrice, lines } = indicatorOf(id);
    const pane = onPrice ? 0 : this.chart.newPane();
    return lines.map((_, at) =>
      this.chart.addLine(pane, {
        color: this.color(id, at),
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: false,
        crosshairMarkerVisible: false,
        // Prices are scaled by candles alone, so that a line moves none.
        ...(onPrice ? { autoscaleInfoProvider: () => null } : {}),
      }),
    );
  }

  private color(id: IndicatorId, line: number): string {
    const { accent, warning, muted, faint } = this.theme;
    const tones: Record<LineTone, string> = { first: accent, second: warning, third: muted, faint };
    return tones[indicatorOf(id).lines[line]?.tone ?? 'first'];
  }

  private clear() {
    for (const line of [...this.series.values()].flat()) line.setData([]);
    this.shown = null;
  }

  /** At once if all that is needed is here, so that panning shows no gap. */
  private async show() {
    const { window, compute } = this;
    if (!window || !compute || this.series.size === 0 || window.level > 0) {
      this.clear();
      return this.onChange();
    }
    const timeframe = this.tiles.timeframe();
    const warmUp = Math.max(
      ...[...this.series.keys()].map((id) => indicatorOf(id).warmUp(timeframe)),
    );
    const start = Math.max(0, window.first - warmUp);
    const seqs: number[] = [];
    for (let seq = Math.floor(start / TILE_BARS); seq * TILE_BARS < window.first; seq++)
      seqs.push(seq);
    let before = seqs.map((seq) => this.tiles.find(seq) ?? null);
    if (before.some((tile) => tile === null)) {
      before = await Promise.all(seqs.map((seq) => this.tiles.load(seq)));
      if (this.window !== window) return;
    }
    const bars = joinTiles([...before.flatMap((tile) => tile ?? []), window.columns]);
    const skipped = bars.time.length - window.count;
    const columns = new Map<IndicatorId, Float64Array[]>();
    for (const [id, lines] of this.series) {
      const computed = compute(id, bars, skipped, timeframe);
      columns.set(id, computed);
      for (const [at, line] of lines.entries()) line.setData(lineData(window, computed[at]!));
    }
    this.shown = { first: window.first, columns };
    this.onChange();
  }
}

function lineData({ columns: { time } }: CandleWindow, values: Float64Array) {
  return Array.from(values, (value, at) => {
    const point = { time: time[at]! as UTCTimestamp };
    return Number.isNaN(value) ? point : { ...point, value };
  });
}
