'use client';

import { type PointerEvent, useEffect, useMemo, useState } from 'react';
import type { ChartView, Plot } from '@/chart/types';
import { formatCount } from '@/components/format';
import { ALL_TIME } from '@/contract/common';
import type { Px } from '@/contract/units';
import { useShortcut } from '../session/command-context';
import { type Bars, examinedBars } from '../session/examined-store';
import { type Session, useExamined, useSession } from '../session/session';
import { type Times, useTimes } from '../session/time-zone';
import { barsOf } from './commands';
import { type Stretch, stretchesOf } from './stretches';
import { useSettledPlot } from './use-settled-plot';

/** A gap narrower than this does not say its length. */
const LEAST_NAMED_PX = 48;
/** A character and a little, so that texts beside each other do not touch. */
const CHARACTER_PX = 6.5;
/** How near to an edge a press takes the edge. */
const EDGE_PX = 5;
const CLICK_PX = 4;

type Paint = { type: 'mark' | 'cut'; fromPx: Px; toPx: Px };

/**
 * The band at the top of the time axis, which the chart draws, as it is worked with: dragging along it
 * marks from a gap and cuts from a range; at an end it moves that end. Gaps say how long they are.
 */
export function ExaminedBand({ chart }: { chart: ChartView }) {
  const session = useSession();
  const ranges = useExamined((state) => state.ranges);
  const pending = useExamined((state) => state.pending);
  const problem = useExamined((state) => state.problem);
  const viewKey = useShortcut('examine.view');
  const cursorKey = useShortcut('examine.cursor');
  const [paint, setPaint] = useState<Paint | null>(null);
  const bars = useMemo(() => examinedBars({ ranges, pending }), [ranges, pending]);
  const isKnown = ranges !== null;
  useEffect(() => chart.setExamined(isKnown ? bars : null), [chart, bars, isKnown]);
  const { plot, hidden, layOut } = useSettledPlot(chart);
  const times = useTimes(session.chart);
  if (!plot || !isKnown) return null;

  const { chart: stored } = session;
  const whole =
    stored.firstTime !== null && stored.lastTime !== null
      ? chart.extentOf(stored.firstTime, stored.lastTime)
      : chart.extentOf(ALL_TIME.from, ALL_TIME.to);
  const within = {
    leftPx: Math.max(0, whole?.leftPx ?? 0),
    rightPx: Math.min(plot.widthPx, whole?.rightPx ?? plot.widthPx),
  };
  const stretches = stretchesOf(
    bars,
    ({ startTime, endTime }) => chart.extentOf(startTime, endTime),
    within,
  );
  const isUnknown = bars.length === 0;

  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setPaint(begin(stretches, event.nativeEvent.offsetX));
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (paint) setPaint({ ...paint, toPx: event.nativeEvent.offsetX });
  };
  const up = () => {
    if (paint && Math.abs(paint.toPx - paint.fromPx) >= CLICK_PX) apply(session, chart, paint);
    setPaint(null);
  };

  return (
    <div
      className="absolute left-0 z-[5] h-[10px]"
      style={{ top: plot.heightPx - 3, width: plot.widthPx }}
      data-testid="examined-band"
    >
      <div ref={hidden} className="pointer-events-none absolute inset-0">
        {stretches.map((stretch) => (
          <GapName
            key={stretch.leftPx}
            stretch={stretch}
            plot={plot}
            isUnknown={isUnknown}
            isWhole={stretch.leftPx > 0 && stretch.rightPx < plot.widthPx}
          />
        ))}
      </div>
      {paint && (
        <div
          className={`absolute top-[1px] h-[8px] ${paint.type === 'mark' ? 'bg-accent' : 'bg-warning'}`}
          style={{
            left: Math.min(paint.fromPx, paint.toPx),
            width: Math.abs(paint.toPx - paint.fromPx),
          }}
        />
      )}
      {/* Two commands, and the list in the Labels panel, do the same without a pointer. */}
      <div
        className="absolute inset-0 cursor-col-resize touch-none"
        title={titleOf(times, bars, problem, [viewKey, cursorKey])}
        onPointerEnter={layOut}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setPaint(null)}
      />
    </div>
  );
}

/** Where a press begins: at an end it moves the end, else it marks a gap or cuts a range. */
function begin(stretches: readonly Stretch[], xPx: Px): Paint {
  const edges = stretches.flatMap(({ bars, leftPx, rightPx }) => (bars ? [leftPx, rightPx] : []));
  const edge = edges.find((each) => Math.abs(each - xPx) <= EDGE_PX);
  const fromPx = edge ?? xPx;
  const under = stretches.find(({ leftPx, rightPx }) => xPx >= leftPx && xPx < rightPx);
  return { type: under?.bars ? 'cut' : 'mark', fromPx, toPx: xPx };
}

function apply({ examined }: Session, chart: ChartView, { type, fromPx, toPx }: Paint) {
  const bars = chart.barsAt(Math.min(fromPx, toPx), Math.max(fromPx, toPx));
  if (!bars) return;
  if (type === 'mark') examined.mark([barsOf(bars)], 'done');
  else examined.unmark([barsOf(bars)]);
}

function GapName(props: { stretch: Stretch; plot: Plot; isUnknown: boolean; isWhole: boolean }) {
  const { stretch, plot, isUnknown, isWhole } = props;
  const { leftPx, rightPx } = stretch;
  const widthPx = rightPx - leftPx;
  if (stretch.bars || widthPx <= LEAST_NAMED_PX) return null;
  const count = Math.round(widthPx / plot.pxPerBar);
  // A gap that goes on out of sight is longer than what can be counted here.
  const whole = isUnknown
    ? 'Nobody has said which bars were examined'
    : `${formatCount(count)} ${isWhole ? '' : 'and more '}bars not examined`;
  // Beside others there is room for no more than the number.
  const isShort = isWhole && widthPx < whole.length * CHARACTER_PX;
  const text = isShort ? formatCount(count) : whole;
  const halfPx = (text.length * CHARACTER_PX) / 2;
  return (
    <span
      className={`pointer-events-none absolute bottom-[11px] [[data-examined-question]~*_&]:hidden -translate-x-1/2 whitespace-nowrap rounded bg-canvas/85 px-1.5 text-xs leading-[18px] ${isUnknown ? 'text-faint' : 'text-warning'} ${widthPx < 170 ? 'max-[1199px]:hidden' : ''}`}
      // Within the plot, also where the gap is at its side.
      style={{
        left: `clamp(${halfPx}px, ${(leftPx + rightPx) / 2}px, calc(100% - ${halfPx}px))`,
      }}
    >
      {text}
    </span>
  );
}

function titleOf(
  times: Times,
  bars: readonly Bars[],
  problem: string | null,
  [viewKey, cursorKey]: (string | undefined)[],
): string {
  if (problem) return `Not stored: ${problem}`;
  const [first, last] = [bars[0], bars.at(-1)];
  const how = `Drag to mark or cut. ${viewKey} marks the bars in view, ${cursorKey} up to the cursor.`;
  if (!first || !last) return `Nothing is marked as examined. ${how}`;
  return `Examined between ${times.range(first.startTime, last.endTime)}. ${how}`;
}
