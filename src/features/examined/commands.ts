import type { ChartView } from '@/chart/types';
import { ALL_TIME } from '@/contract/common';
import { spansOf } from '@/editor/derived';
import type { Bars } from '../session/examined-store';
import type { Session } from '../session/session';

/** The bars in view are examined. */
export function examineView({ examined }: Session, chart: ChartView) {
  const plot = chart.plot();
  const bars = plot && chart.barsAt(0, plot.widthPx);
  if (bars) examined.mark([barsOf(bars)], 'done');
}

/** From where a person last said so to the bar cursor; where nobody has, from the start of the view. */
export async function examineToCursor({ examined, view }: Session, chart: ChartView) {
  const { cursorTime, hovered } = view.getState();
  const cursor = cursorTime ?? (hovered ?? chart.lastBar())?.time;
  const plot = chart.plot();
  if (cursor === undefined || !plot) return;
  const ends = (examined.getState().ranges ?? []).flatMap(({ source, endTime }) =>
    (source === 'done' || source === 'viewed') && endTime <= cursor ? endTime : [],
  );
  const from = ends.length > 0 ? Math.max(...ends) : chart.barsAt(0, plot.widthPx)?.startTime;
  const next = await chart.barNear(cursor, 1);
  if (from === undefined || !next) return;
  const endTime = next.time > cursor ? next.time - 1e-6 : ALL_TIME.to;
  if (from <= endTime) examined.mark([{ startTime: from, endTime }], 'done');
}

/** What runs guessed before ranges were kept: everything from the first span to the last. */
export function examineSpans({ editor, examined }: Session) {
  const spans = spansOf(editor.records());
  if (spans.length === 0) return;
  const startTime = spans.at(0)?.startTime ?? ALL_TIME.to;
  let endTime = ALL_TIME.from;
  for (const span of spans) endTime = Math.max(endTime, span.endTime);
  examined.mark([{ startTime, endTime }], 'done');
}

export const barsOf = ({ startTime, endTime }: Bars): Bars => ({ startTime, endTime });
