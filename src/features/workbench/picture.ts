import { FONT_FAMILY } from '@/chart/chart-options';
import { INDICATORS } from '@/chart/indicators/catalogue';
import { formatTimeframe } from '@/components/format';
import { saveFile } from '@/components/save-file';
import type { CommandContext } from '../session/command';
import { timesOf } from '../session/time-zone';

const LEFT_PX = 12;
const BASELINE_PX = 24;
const FONT_PX = 12;

/** Saves what the chart shows as a PNG: candles, annotations, axes, and where the legend is, whose they are and which indicators are drawn. */
export async function savePicture({ session, chart }: CommandContext) {
  const range = chart.visibleRange();
  if (!range) return;
  const { name, timeframe: own } = session.chart;
  const shown = session.view.getState();
  const timeframe = shown.timeframe ?? own;
  const bars = timeframe === null ? '' : formatTimeframe(timeframe);
  const dates = timesOf(session.chart).range(range.from, range.to, timeframe);
  const picture = chart.screenshot();
  const indicators = shown.indicators.map((id) => INDICATORS[id].name);
  writeTitle(picture, [name, bars, dates, ...indicators]);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (blob) saveFile(blob, `${[name, bars, dates].join(' ').replace(/[\\/:*?"<>|]/g, '-')}.png`);
}

function writeTitle(picture: HTMLCanvasElement, words: string[]) {
  const context = picture.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio;
  context.fillStyle = getComputedStyle(document.body).color;
  let x = LEFT_PX * ratio;
  for (const [at, word] of words.entries()) {
    context.font = `${at === 0 ? 600 : 400} ${FONT_PX * ratio}px ${FONT_FAMILY}`;
    context.fillText(word, x, BASELINE_PX * ratio);
    x += context.measureText(word).width + 8 * ratio;
  }
}
