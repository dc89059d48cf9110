import type { BarPosition, ChartView } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import type { SpanRecord } from '@/editor/kinds/span';
import type { CommandContext } from '../../session/command';
import { dispatch, selectedSpan } from '../../session/commands';

/** Between more turns than that nobody has counted them. */
const MOST_TURNS = 12;
/** An edge lies at a turn where it is no further from it than this share of the span. */
const NEAR_SHARE = 0.25;

/**
 * Another span like the selected one from the bar cursor on: over as many turns of prices, or over as many
 * bars where its edges lie at none. The arrow keys then move its end.
 */
export async function drawAgain({ session, chart, signal }: CommandContext) {
  const { view, tasks } = session;
  const like = selectedSpan(session);
  const { cursorTime, turnTime, repeated } = view.getState();
  if (!like || cursorTime === null) return;
  // What was drawn over so many turns stays so, wherever its edges are moved.
  const turns = repeated?.uid === like.uid ? repeated.turns : await turnsOf(chart, like);
  const from = turns && (turnTime ?? (await nearestTurn(chart, cursorTime))?.time);
  const turn = from ? await turnsAfter(chart, from, turns) : null;
  const bars = await chart.barsBetween(like.startTime, like.endTime);
  const end = turn ?? (await chart.barNear(cursorTime, bars - 1));
  if (!end || signal.aborted) return;
  view.setState({ activeLabel: like.label });
  dispatch(session, { type: 'start', time: cursorTime });
  dispatch(session, { type: 'end', time: end.time });
  await tasks.settled();
  if (signal.aborted) return;
  const uid = view.getState().selected;
  view.setState({
    cursorTime: end.time,
    turnTime: turn?.time ?? null,
    hovered: null,
    edge: 'end',
    repeated: uid === null ? null : { uid, turns },
  });
  await chart.follow(end.time);
}

/** How many turns after its first the span ends; null where its edges do not lie at turns. */
async function turnsOf(chart: ChartView, { startTime, endTime }: SpanRecord) {
  const [first, last] = await Promise.all([
    edgeTurn(chart, startTime, startTime, endTime),
    edgeTurn(chart, endTime, startTime, endTime),
  ]);
  if (!first || !last) return null;
  let at: BarPosition | null = first;
  for (let turns = 0; at && turns <= MOST_TURNS; turns++) {
    if (at.bar >= last.bar) return turns > 0 && at.bar === last.bar ? turns : null;
    at = await chart.swingNear(at.time, 1);
  }
  return null;
}

async function edgeTurn(chart: ChartView, edge: UtcSeconds, from: UtcSeconds, to: UtcSeconds) {
  const [turn, bar, bars] = await Promise.all([
    nearestTurn(chart, edge),
    chart.barNear(edge, 0),
    chart.barsBetween(from, to),
  ]);
  return turn && bar && Math.abs(turn.bar - bar.bar) <= bars * NEAR_SHARE ? turn : null;
}

/** The turn that is at a bar or nearest to it. */
async function nearestTurn(chart: ChartView, time: UtcSeconds): Promise<BarPosition | null> {
  const [here, before] = await Promise.all([chart.barNear(time, 0), chart.barNear(time, -1)]);
  if (!here || !before) return null;
  const [behind, ahead] = await Promise.all([
    chart.swingNear(here.time, -1),
    chart.swingNear(before.time, 1),
  ]);
  if (!behind || !ahead) return behind ?? ahead;
  return ahead.bar - here.bar <= here.bar - behind.bar ? ahead : behind;
}

async function turnsAfter(chart: ChartView, from: UtcSeconds, turns: number) {
  let at: BarPosition | null = await chart.swingNear(from, 1);
  for (let turn = 1; at && turn < turns; turn++) at = await chart.swingNear(at.time, 1);
  return at;
}

/** Whether a bar is a turn of prices. */
export async function isTurn(chart: ChartView, time: UtcSeconds): Promise<boolean> {
  const turn = await nearestTurn(chart, time);
  return turn?.time === time;
}
