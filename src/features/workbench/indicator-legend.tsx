'use client';

import { useEffect, useState } from 'react';
import { indicatorOf, type LineTone } from '@/chart/indicators/catalogue';
import type { ChartView } from '@/chart/types';
import { formatPrice } from '@/components/format';
import { useSession, useView } from '../session/session';

/** As the lines are drawn. */
const TONES: Record<LineTone, string> = {
  first: 'text-accent',
  second: 'text-warning',
  third: 'text-muted',
  faint: 'text-faint',
};

/** What the indicators say at the bar under the pointer, else at the bar cursor, else at the last one in view. */
export function IndicatorLegend({ chart }: { chart: ChartView }) {
  const { chart: info } = useSession();
  const indicators = useView((state) => state.indicators);
  const hovered = useView((state) => state.hovered);
  const cursorTime = useView((state) => state.cursorTime);
  const [, setChanges] = useState(0);
  const isShown = indicators.length > 0;
  useEffect(
    () => (isShown ? chart.onIndicators(() => setChanges((changes) => changes + 1)) : undefined),
    [chart, isShown],
  );
  if (!isShown) return null;
  const atCursor = cursorTime === null ? null : chart.barAt(cursorTime);
  const bar = hovered ?? atCursor ?? chart.lastBar();
  const values = bar && chart.indicatorsAt(bar.bar);
  const bottom = (chart.plot()?.heightPx ?? 0) - chart.priceHeight();
  return (
    <div
      data-testid="indicators"
      className="pointer-events-none absolute left-3 z-10 flex flex-wrap gap-x-3 rounded bg-canvas/85 px-1 text-xs leading-5 tabular-nums"
      style={{ bottom: bottom + 32, maxWidth: chart.plot()?.widthPx }}
    >
      {values === null ? (
        <span className="text-muted">
          Indicators are shown where each bar is drawn for itself: zoom in.
        </span>
      ) : (
        indicators.map((id) => (
          <span key={id} className="text-muted">
            {indicatorOf(id).name}{' '}
            {indicatorOf(id).lines.map(({ name, tone }, at) => {
              const value = values.get(id)?.[at] ?? Number.NaN;
              return (
                <span key={name} className={TONES[tone]}>
                  {Number.isNaN(value) ? '–' : formatPrice(value, info.pricePrecision)}{' '}
                </span>
              );
            })}
          </span>
        ))
      )}
    </div>
  );
}
