'use client';

import { clsx } from 'clsx';
import { useEffect, useState } from 'react';
import type { ChartView } from '@/chart/types';
import { formatPercent, formatPrice, formatTimeframe, formatVolume } from '@/components/format';
import { useSession, useView } from '../session/session';

/** What is at the cursor, or last in view, is another bar or more of it when the view has moved. */
function useRenderOnMove(chart: ChartView | null) {
  const [, setMoves] = useState(0);
  useEffect(() => chart?.onViewChange(() => setMoves((moves) => moves + 1)), [chart]);
}

/** Open, high, low and close of the bar under the pointer, else at the bar cursor, else of the last one in view. */
export function Legend({ chart }: { chart: ChartView | null }) {
  const { chart: info } = useSession();
  const hovered = useView((state) => state.hovered);
  useRenderOnMove(hovered === null ? chart : null);
  const timeframe = useView((state) => state.timeframe) ?? info.timeframe;
  const cursorTime = useView((state) => state.cursorTime);
  const atCursor = cursorTime === null ? null : (chart?.barAt(cursorTime) ?? null);
  const bar = hovered ?? atCursor ?? chart?.lastBar() ?? null;
  const change = bar?.previousClose != null ? (bar.close / bar.previousClose - 1) * 100 : null;
  const tone = change === null || change >= 0 ? 'text-up' : 'text-down';
  const price = (value: number) => formatPrice(value, info.pricePrecision);
  return (
    <div
      data-testid="legend"
      // Beside the price axis, and one line: under it are the first pills.
      className="pointer-events-none absolute top-2.5 right-[74px] left-3 z-10 flex gap-x-2 overflow-hidden whitespace-nowrap text-xs leading-5 tabular-nums *:shrink-0"
    >
      <span className="min-w-12 max-w-60 shrink! truncate font-semibold">{info.name}</span>
      {timeframe !== null && <span className="text-muted">{formatTimeframe(timeframe)}</span>}
      {bar && (
        <>
          {(['open', 'high', 'low', 'close'] as const).map((key) => (
            <span key={key} className="text-muted">
              {key[0]?.toUpperCase()} <span className={tone}>{price(bar[key])}</span>
            </span>
          ))}
          {change !== null && <span className={tone}>{formatPercent(change, 2)}</span>}
          {bar.volume !== null && (
            <span className="text-muted">
              Vol <span className="text-text">{formatVolume(bar.volume)}</span>
            </span>
          )}
          {bar.merged > 1 && (
            <span className={clsx('text-faint')}>{bar.merged} bars drawn as one</span>
          )}
        </>
      )}
    </div>
  );
}
