import type { OverlayMeasure } from '@/chart/draw-measure';
import type { ChartView } from '@/chart/types';
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatPrice,
  formatVolume,
} from '@/components/format';
import type { Phase } from '@/editor/tools';

type Chart = Pick<ChartView, 'barsApart' | 'volumeBetween'>;

/** What is measured, as it is drawn: `+80.12 · +12.18%` and `29 bars · 43 days · Vol 66.2M`. */
export function overlayMeasure(
  phase: Phase,
  chart: Chart,
  precision: number,
): OverlayMeasure | null {
  if (phase.name !== 'measuring') return null;
  const { from, to } = phase;
  const change = to.price - from.price;
  const share = from.price === 0 ? null : formatPercent((change / from.price) * 100, 2);
  const price = `${change < 0 ? '' : '+'}${formatPrice(change, precision)}`;
  const bars = chart.barsApart(from.time, to.time);
  const [first, last] = from.time <= to.time ? [from.time, to.time] : [to.time, from.time];
  const volume = chart.volumeBetween(first, last);
  return {
    startTime: from.time,
    startPrice: from.price,
    endTime: to.time,
    endPrice: to.price,
    lines: [
      [price, share].filter((part) => part !== null).join(' · '),
      [
        `${formatCount(bars)} ${Math.abs(bars) === 1 ? 'bar' : 'bars'}`,
        formatDuration(last - first),
        volume === null ? null : `Vol ${formatVolume(volume)}`,
      ]
        .filter((part) => part !== null)
        .join(' · '),
    ],
  };
}
