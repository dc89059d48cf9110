import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import type * as LightweightCharts from 'lightweight-charts';
import type { TileColumns } from '@/contract/tile-codec';
import { ROOT } from '../../runtime/root';
import { openWindow } from './browser';

const LIBRARY = join(
  ROOT,
  'node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.js',
);

type Box = { x: number; y: number; width: number; height: number };

/** lightweight-charts alone in a page: the same bars and volumes in the same place, `shown` of them in view. */
export async function openBareChart(
  browser: Browser,
  tiles: TileColumns[],
  shown: number,
  box: Box,
): Promise<Page> {
  const page = await openWindow(browser);
  await page.setContent('<!doctype html><body style="margin:0"><div id="chart"></div>');
  await page.addScriptTag({ path: LIBRARY });
  const bars = tiles.flatMap(({ time, open, high, low, close, volume }) =>
    Array.from(time, (_, at) => ({
      time: time[at] as LightweightCharts.UTCTimestamp,
      open: open[at]!,
      high: high[at]!,
      low: low[at]!,
      close: close[at]!,
      volume: volume[at]!,
    })),
  );
  await page.evaluate(draw, { bars, shown, box });
  await page.waitForTimeout(500);
  return page;
}

type Bar = LightweightCharts.CandlestickData<LightweightCharts.UTCTimestamp> & { volume: number };

/** Runs in the page. */
function draw({ bars, shown, box }: { bars: Bar[]; shown: number; box: Box }) {
  const { LightweightCharts: library } = window as unknown as {
    LightweightCharts: typeof LightweightCharts;
  };
  const container = document.getElementById('chart') as HTMLElement;
  const { x, y, width, height } = box;
  container.style.cssText = `position:absolute;left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  const chart = library.createChart(container, { autoSize: true });
  chart.addSeries(library.CandlestickSeries).setData(bars);
  const volume = chart.addSeries(library.HistogramSeries, {}, 1);
  volume.setData(
    bars.map(({ time, open, close, volume: value }) => {
      const color = close < open ? '#f0705f80' : '#2fb8a280';
      return { time, value, color };
    }),
  );
  const [prices, volumes] = chart.panes();
  prices?.setStretchFactor(0.86);
  volumes?.setStretchFactor(0.14);
  chart.timeScale().setVisibleLogicalRange({ from: bars.length - shown, to: bars.length });
}
