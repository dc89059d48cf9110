import type { UtcSeconds } from '@/contract/units';
import { PART_TOOL } from '@/editor/kinds/parts';
import { newSpan } from '@/editor/kinds/span';
import type { CommandContext } from '../../session/command';
import { dispatch, selectedSpan } from '../../session/commands';
import { noteUse } from '../../session/label-use';
import { isLetBe } from '../../session/overlaps';
import type { Session } from '../../session/session';
import { isTurn } from './again';
import { moveTo } from './moves';

/** The bar cursor where it is in view: nobody begins anything at a bar that they do not see. */
export async function cursorInView({ session, chart }: CommandContext): Promise<UtcSeconds | null> {
  const { cursorTime } = session.view.getState();
  return cursorTime !== null && (await chart.isInSight(cursorTime)) ? cursorTime : null;
}

/** The span tool; with the bar cursor in view, a span begins at it. */
export async function startSpan(context: CommandContext) {
  const { session } = context;
  if (isDrawingSpan(session)) return;
  session.view.setState({ segmenting: false });
  const cursorTime = await cursorInView(context);
  if (context.signal.aborted) return;
  if (cursorTime !== null) dispatch(session, { type: 'start', time: cursorTime });
  else dispatch(session, { type: 'tool', tool: 'span' });
}

/**
 * The same, and where one span is ended by a key the next begins at the bar behind it; after one that ends at
 * a turn of prices the bar cursor is at the next turn.
 */
export async function startSegments(context: CommandContext) {
  await startSpan(context);
  if (context.signal.aborted) return;
  context.session.view.setState({ segmenting: true });
}

/** A part of the selected span: from the bar cursor where that is inside, or else by the mouse. */
export async function drawPart(context: CommandContext) {
  const { session } = context;
  const { view } = session;
  if (isDrawingPart(session)) return endAs(context, null);
  const { cursorTime } = view.getState();
  const span = selectedSpan(session);
  const isInside =
    span && cursorTime !== null && cursorTime >= span.startTime && cursorTime <= span.endTime;
  view.setState({ segmenting: false });
  if (isInside) dispatch(session, { type: 'start', time: cursorTime, tool: PART_TOOL });
  else dispatch(session, { type: 'tool', tool: PART_TOOL });
}

const isDrawingPart = (session: Session) =>
  isDrawingSpan(session) && session.view.getState().tool.tool === PART_TOOL;

export function isDrawingSpan({ view }: Session): boolean {
  const { phase } = view.getState().tool;
  return phase.name === 'drawing' && phase.kind === 'span';
}

/** Ends the span where it is drawn to, with the label if one is given. */
export async function endAs(context: CommandContext, label: string | null) {
  const { session, chart, signal } = context;
  const { view } = session;
  const { tool, cursorTime, hovered, segmenting } = view.getState();
  const { phase } = tool;
  const isDrawn = isDrawingSpan(session);
  const time = isDrawn && phase.name === 'drawing' ? phase.to.time : (cursorTime ?? hovered?.time);
  if (time === undefined) return;
  if (label && !isDrawingPart(session)) {
    noteUse(session.labels, label);
    view.setState({ activeLabel: label });
    if (isBegunOnly(session)) return;
  }
  // It goes on being drawn, so that it can be ended elsewhere or under another label.
  if (isDrawn && !isDrawingPart(session) && !(await mayEnd(context, time))) return;
  dispatch(session, { type: 'end', time });
  if (!segmenting || !isDrawn || cursorTime === null) return;
  await session.tasks.settled();
  const next = await chart.barNear(time, 1);
  const turn = (await isTurn(chart, time)) ? await chart.swingNear(time, 1) : null;
  // At the newest bar there is nothing to go on with.
  if (signal.aborted || !next || next.time === time) return;
  view.setState({ cursorTime: next.time });
  dispatch(session, { type: 'start', time: next.time });
  // Who ends one at a turn most often ends the next at the next.
  if (turn) await moveTo(context, turn, turn.time);
}

/**
 * Whether a key has begun a span at the bar cursor and it is the pointer that has moved since: who drags
 * next only says what that will be.
 */
function isBegunOnly({ view }: Session): boolean {
  const { tool, cursorTime, hovered } = view.getState();
  const { phase } = tool;
  return (
    phase.name === 'drawing' &&
    phase.keyed !== undefined &&
    hovered !== null &&
    phase.from.time === cursorTime
  );
}

async function mayEnd({ session, chart, signal }: CommandContext, time: UtcSeconds) {
  const { tool, activeLabel } = session.view.getState();
  if (tool.phase.name !== 'drawing' || activeLabel === null) return true;
  const { from } = tool.phase;
  const [first, last] = await Promise.all([
    chart.candleRange(Math.min(from.time, time)),
    chart.candleRange(Math.max(from.time, time)),
  ]);
  const span = { label: activeLabel, startTime: first.first, endTime: last.last };
  return !signal.aborted && isLetBe(session, newSpan('draft', span));
}
