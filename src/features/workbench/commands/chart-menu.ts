import type { CommandContext } from '../../session/command';
import { rangeOf, selectedRecords } from '../../session/selection';

/** From the bar cursor or what is selected down, in CSS pixels from the chart's top. */
const MENU_TOP_PX = 60;

/** The menu of what is selected, at its place, else of the chart. */
export function openMenu({ session, chart }: CommandContext) {
  const { view } = session;
  const [record] = selectedRecords(session);
  const width = chart.plot()?.widthPx ?? 0;
  const { cursorTime } = view.getState();
  const [from, to] = record ? rangeOf(record) : [cursorTime, cursorTime];
  const place = from !== null && to !== null ? chart.extentOf(from, to) : null;
  const xPx = Math.min(Math.max(place?.leftPx ?? width / 2, 0), width);
  view.setState({ menu: { xPx, yPx: MENU_TOP_PX, isOnAnnotation: record !== undefined } });
}

/** Puts all that is selected in view. */
export async function zoomToSelected({ session, chart }: CommandContext) {
  const ranges = selectedRecords(session).map(rangeOf);
  if (ranges.length === 0) return;
  await chart.showRange(
    Math.min(...ranges.map(([from]) => from)),
    Math.max(...ranges.map(([, to]) => to)),
  );
}
