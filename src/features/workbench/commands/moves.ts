import type { BarPlace } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import { spansOf } from '@/editor/derived';
import { partEdgeAt, partOf } from '@/editor/kinds/parts';
import { knownUntil } from '../../annotate/span-filter';
import type { CommandContext } from '../../session/command';
import { dispatch, moveRecords, select, selectedSpan } from '../../session/commands';
import { examinedBars } from '../../session/examined-store';
import { isLetBe } from '../../session/overlaps';
import { rangeOf, selectedRecords } from '../../session/selection';
import type { Session } from '../../session/session';

/** The steps of the arrow keys. */
const NEAR_BARS = 10;

/** Moves the bar cursor, which appears at the pointer or at the last bar in view. */
export function moveCursor(step: number) {
  return async (context: CommandContext) => {
    const { session, chart, speed, signal } = context;
    const { cursorTime, hovered } = session.view.getState();
    const from = cursorTime ?? (hovered ?? chart.lastBar())?.time;
    if (from === undefined) return;
    const place = await chart.barNear(
      from,
      cursorTime === null && Number.isFinite(step) ? 0 : step * speed,
    );
    if (!place || signal.aborted) return;
    // By a view or to an end it leaves the turn that it was at.
    const isNear = Math.abs(step) <= NEAR_BARS;
    await moveTo(context, place, isNear ? session.view.getState().turnTime : null);
  };
}

/** Moves the chosen edge of the selected span, to the other one at most. */
export function moveEdge(step: number) {
  return async ({ session, chart, speed, signal }: CommandContext) => {
    const { edge, part } = session.view.getState();
    const span = selectedSpan(session);
    if (!span || !edge) return;
    const range = (part && partOf(span, part.index)) ?? span;
    const place = await chart.barNear(
      edge === 'start' ? range.startTime : range.endTime,
      step * speed,
    );
    const candles = place && (await chart.candleRange(place.time));
    const current = selectedSpan(session);
    if (!candles || signal.aborted || current?.uid !== span.uid) return;
    const inside =
      part &&
      partEdgeAt(current, part.index, edge, { time: candles.first, lastTime: candles.last });
    if (inside) {
      session.editor.update(current, inside);
      await chart.ensureVisible(place.time);
      return;
    }
    const moved =
      edge === 'start'
        ? { startTime: candles.first, endTime: current.endTime }
        : { startTime: current.startTime, endTime: candles.last };
    if (moved.startTime > moved.endTime) return;
    if (!isLetBe(session, { ...current, ...moved })) return;
    session.editor.update(current, moved);
    await chart.ensureVisible(place.time);
  };
}

/** Over turns of prices, forward or back; the bar cursor that is not out appears there. */
export function moveToSwing(step: 1 | -1, turns = 1) {
  return async (context: CommandContext) => {
    const { session, chart, signal } = context;
    const { cursorTime, hovered } = session.view.getState();
    const from = cursorTime ?? (hovered ?? chart.lastBar())?.time;
    let place = from === undefined ? null : await chart.swingNear(from, step);
    for (let turn = 1; place && turn < turns; turn++) {
      place = (await chart.swingNear(place.time, step)) ?? place;
    }
    if (place && !signal.aborted) await moveTo(context, place, place.time);
  };
}

/** By as many bars as are in view. */
export function moveByView(step: 1 | -1) {
  return (context: CommandContext) => {
    const range = context.chart.visibleRange();
    return range ? moveCursor(step * Math.round(range.toBar - range.fromBar))(context) : undefined;
  };
}

/** Puts the bar cursor at a bar, which it came to from a turn or not; what is drawn from it follows. */
export async function moveTo(
  { session, chart }: CommandContext,
  { time, close }: BarPlace,
  turnTime: UtcSeconds | null,
) {
  // Until the pointer moves again the bar that is read is the cursor's.
  session.view.setState({ cursorTime: time, turnTime, hovered: null, edge: null });
  dispatch(session, { type: 'cursor', time, price: close });
  await chart.follow(time);
}

/** Puts the bar cursor behind the next gap or the one before; where there is none, says so. */
export function goToGap(step: 1 | -1) {
  return async ({ session, chart, signal }: CommandContext) => {
    // Whatever keeps them from being found, the dialog says it.
    const gaps = await session.findGaps().catch(() => []);
    if (signal.aborted) return;
    const { cursorTime } = session.view.getState();
    const range = chart.visibleRange();
    const from = cursorTime ?? (range ? (range.from + range.to) / 2 : 0);
    const gap =
      step > 0
        ? gaps.find(({ before }) => before > from)
        : gaps.findLast(({ before }) => before < from);
    if (!gap) {
      session.view.setState({ dialog: 'goto' });
      return;
    }
    session.view.setState({ cursorTime: gap.before });
    await chart.goTo(gap.before);
  };
}

export async function goToNextSpan({ session, chart }: CommandContext) {
  const spans = spansInOrder(session);
  const selected = selectedSpan(session);
  const at = selected ? spans.indexOf(selected) : -1;
  const next = spans.at((at + 1) % spans.length);
  if (!next) return;
  select(session, next.uid);
  await chart.showRange(next.startTime, next.endTime);
}

/** What is said of the selected span is said of the next one, which is then the selected one. */
export async function sayTheSame({ session, chart }: CommandContext) {
  const span = selectedSpan(session);
  const spans = spansInOrder(session);
  const next = spans.at((span ? spans.indexOf(span) : -1) + 1);
  if (!span || !next) return;
  const { label, confidence, outcome, notes } = span;
  if (!isLetBe(session, { ...next, label })) return;
  session.editor.update(next, { label, confidence, outcome, notes });
  select(session, next.uid);
  await chart.showRange(next.startTime, next.endTime);
}

const spansInOrder = ({ editor }: Session) => spansOf(editor.records());

/** Moves all that is selected by as many bars. */
export function moveSelected(bars: number) {
  return async ({ session, chart }: CommandContext) => {
    const records = selectedRecords(session).filter(({ kind }) => kind !== 'prediction');
    await moveRecords(
      session,
      records.map(({ uid }) => uid),
      { bars, price: 0 },
    );
    const { selected } = session.view.getState();
    const record = selected === null ? undefined : session.editor.get(selected);
    if (record) await chart.ensureVisible(rangeOf(record)[bars < 0 ? 0 : 1]);
  };
}

/** Selects the span with the nearest edge, which the arrow keys then move. */
export async function takeNearestEdge({ session, chart }: CommandContext) {
  const { cursorTime, hovered } = session.view.getState();
  const from = cursorTime ?? (hovered ?? chart.lastBar())?.time;
  if (from === undefined) return;
  let nearest: { uid: string; edge: 'start' | 'end'; time: UtcSeconds } | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { uid, startTime, endTime } of spansInOrder(session)) {
    for (const [edge, time] of [
      ['start', startTime],
      ['end', endTime],
    ] as const) {
      if (Math.abs(time - from) >= least) continue;
      least = Math.abs(time - from);
      nearest = { uid, edge, time };
    }
  }
  if (!nearest) return;
  select(session, nearest.uid);
  session.view.setState({ edge: nearest.edge });
  await chart.ensureVisible(nearest.time);
}

/** The bar cursor that is out of sight there appears again where the keys begin. */
export async function flyBack({ session, chart }: CommandContext) {
  if (!(await chart.flyBack())) return;
  session.view.setState({ cursorTime: null, turnTime: null });
}

/** To the first bar of the next stretch that holds no span and that nobody has examined. */
export async function goToUnlabelled(context: CommandContext) {
  const { session, chart, signal } = context;
  const { cursorTime } = session.view.getState();
  const from = cursorTime ?? session.chart.firstTime;
  if (from === null) return;
  const known = [...spansInOrder(session), ...examinedBars(session.examined.getState())];
  let until = knownUntil(known, from);
  while (until !== null) {
    const next = await chart.barNear(until, 1);
    if (signal.aborted) return;
    if (!next || next.time <= until) break;
    if (!known.some(({ startTime, endTime }) => startTime <= next.time && endTime >= next.time)) {
      return moveTo(context, next, null);
    }
    until = knownUntil(known, next.time);
  }
  session.view.setState({ notice: 'No bar after the cursor is without a span or unexamined.' });
}
