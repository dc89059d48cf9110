import type { Price, Px, UtcSeconds } from '@/contract/units';
import type { Anchor } from './anchor';
import type { PartDrag } from './kinds/kind';
import { definitionOf, isKind, type Kind, type Target } from './kinds/kinds';
import { PART_TOOL } from './kinds/parts';

/** A kind's tool may be for one annotation type, as those of markers are. */
export type Tool = 'select' | 'eraser' | 'measure' | Kind | `${Kind}:${string}`;

/** What a tool draws; null for one that draws nothing. */
export function drawnBy(tool: Tool): { kind: Kind; labelType: string | null } | null {
  const [kind = '', labelType = null] = tool.split(/:(.*)/);
  return isKind(kind) ? { kind, labelType } : null;
}

/** A pointer as the tools see it: the point of the chart under it, and what lies there. */
export type Pointer = Anchor & {
  type: 'down' | 'move' | 'up' | 'leave';
  xPx: Px;
  yPx: Px;
  hit: Target | null;
  /** Adds to what is selected, or takes away from it. */
  adds?: boolean;
};
export type ToolEvent =
  | Pointer
  | { type: 'tool'; tool: Tool }
  | { type: 'escape' }
  /** Drawing a span by keyboard: the bar cursor begins it, moves on, and ends it. */
  | { type: 'start'; time: UtcSeconds; tool?: Tool }
  | { type: 'cursor'; time: UtcSeconds; price: Price }
  | { type: 'end'; time: UtcSeconds }
  /** What a click is to what the other tools draw: places it, begins it or ends it at the bar cursor. */
  | { type: 'put'; at: Anchor }
  /** Measuring by keyboard: from the bar cursor, which it follows. */
  | { type: 'measure'; at: Anchor };

/** Where the button went down. */
type Press = { at: Anchor; xPx: Px; yPx: Px };
/** There where a key began it: a click ends it, but a drag begins it anew where it was pressed. */
type Keyed = { press: Press | null };

export type ToolState = { tool: Tool; phase: Phase };
export type Phase =
  | { name: 'idle' }
  /** The button is down and nothing has been decided. */
  | { name: 'pressed'; at: Anchor; xPx: Px; yPx: Px; hit: Target | null; adds?: boolean }
  /** The first anchor is set; `held` while the button that set it is still down. */
  | {
      name: 'drawing';
      kind: Kind;
      from: Anchor;
      to: Anchor;
      held: boolean;
      xPx: Px;
      yPx: Px;
      keyed?: Keyed;
    }
  /** What is measured is drawn and never kept; it stays in sight after its end until the next one. */
  | {
      name: 'measuring';
      from: Anchor;
      to: Anchor;
      step: MeasureStep;
      xPx: Px;
      yPx: Px;
      keyed?: Keyed;
    }
  | { name: 'reshaping'; target: Target; to: Anchor }
  | { name: 'moving'; target: Target; from: Anchor; to: Anchor }
  /** A box whose content is added to what is selected; its height from the chart's top. */
  | { name: 'boxing'; from: Anchor; to: Anchor; fromPx: Px; toPx: Px };

/** The button is down; the end follows the pointer; the end is set. */
type MeasureStep = 'held' | 'following' | 'ended';

/** What a tool asks for; the feature applies it to the editor. Times are those of bars shown. */
export type Effect =
  | { type: 'select'; target: Target | null }
  | { type: 'toggle'; target: Target }
  | { type: 'select-box'; from: Anchor; to: Anchor }
  | { type: 'create'; kind: Kind; labelType: string | null; anchors: Anchor[] }
  | { type: 'reshape'; target: Target; to: Anchor }
  | { type: 'move'; target: Target; from: Anchor; to: Anchor }
  | { type: 'erase'; target: Target };

/** `captured`: the gesture is the tool's, so the chart must not pan with it. */
export type Step = { state: ToolState; effects: Effect[]; captured: boolean };

/** Pixels that a press may wander and still be a click. */
export const CLICK_SLOP_PX = 4;

const IDLE: Phase = { name: 'idle' };
export const INITIAL: ToolState = { tool: 'select', phase: IDLE };

const stay = (state: ToolState, captured = false): Step => ({ state, effects: [], captured });
const to = (state: ToolState, phase: Phase, captured: boolean, ...effects: Effect[]): Step => ({
  state: { ...state, phase },
  effects,
  captured,
});
const isFar = (a: { xPx: Px; yPx: Px }, b: { xPx: Px; yPx: Px }) =>
  Math.hypot(a.xPx - b.xPx, a.yPx - b.yPx) > CLICK_SLOP_PX;
const pointOf = ({ time, price }: Anchor): Anchor => ({ time, price });
/** The bar cursor has no price. */
const atCursor = (time: UtcSeconds): Anchor => ({ time, price: Number.NaN });

export const dragOf = ({ kind, part }: Target): PartDrag | undefined =>
  definitionOf(kind).parts[part];

/** Whether dragging the target's part reshapes it while this tool is in hand. */
export const isReshaped = (tool: Tool, target: Target | null): target is Target =>
  target !== null &&
  (typeof dragOf(target) === 'function' || dragOf(target) === 'inside') &&
  (tool === 'select' || (drawnBy(tool)?.kind === target.kind && !isSpanOfPart(tool, target)));

/** Parts begin and end where their span does: who draws one there means the part, and not the span's edge. */
const isSpanOfPart = (tool: Tool, target: Target) =>
  tool === PART_TOOL && dragOf(target) !== 'inside';

const isMoved = (tool: Tool, target: Target | null): target is Target =>
  target !== null && tool === 'select' && (dragOf(target) === 'move' || dragOf(target) === 'hold');

/** Whether a press on it chooses it, whatever tool is in hand. */
const isOnlyPressed = (hit: Target | null) =>
  hit !== null && (dragOf(hit) === 'select' || dragOf(hit) === 'hold');

/** Whether it is a handle of what is selected; a level, which is dragged by all of its line, has none. */
const isHandle = (tool: Tool, target: Target | null) =>
  isReshaped(tool, target) && target.part !== 'body';

/** Whether a press begins to add to what is selected: a handle is dragged all the same. */
const isAdding = (tool: Tool, { adds, hit }: { adds?: boolean; hit: Target | null }) =>
  adds === true && tool === 'select' && !isHandle(tool, hit);

const isDragged = (tool: Tool, target: Target | null) =>
  isReshaped(tool, target) || isMoved(tool, target);

/** One step of the tools. Pure: the same state and event give the same step. */
export function reduce(state: ToolState, event: ToolEvent): Step {
  switch (event.type) {
    case 'tool':
      return stay({ tool: event.tool, phase: IDLE });
    case 'escape':
      return leave(state);
    case 'start': {
      const at = atCursor(event.time);
      const phase = { kind: 'span', from: at, to: at, held: false, xPx: 0, yPx: 0 } as const;
      const keyed = { press: null };
      return stay({ tool: event.tool ?? 'span', phase: { name: 'drawing', ...phase, keyed } });
    }
    case 'cursor':
      return follow(state, event.time, event.price);
    case 'put':
      return put(state, event.at);
    case 'measure': {
      const ends = { from: event.at, to: event.at };
      const phase = { name: 'measuring', ...ends, step: 'following', xPx: 0, yPx: 0 } as const;
      return stay({ tool: 'measure', phase: { ...phase, keyed: { press: null } } });
    }
    case 'end': {
      const { phase } = follow(state, event.time, Number.NaN).state;
      return phase.name === 'drawing' && phase.kind === 'span' ? finish(state, phase) : stay(state);
    }
    default:
      return PHASES[state.phase.name](state as never, event);
  }
}

function follow(state: ToolState, time: UtcSeconds, price: Price): Step {
  const { phase } = state;
  if (phase.name === 'measuring' && phase.step === 'following') {
    return to(state, { ...phase, to: { time, price } }, false);
  }
  if (phase.name !== 'drawing') return stay(state);
  const end = phase.kind === 'span' ? atCursor(time) : { time, price };
  return to(state, { ...phase, to: end }, false);
}

function put(state: ToolState, at: Anchor): Step {
  const { tool, phase } = state;
  if (phase.name === 'drawing') return finish(state, { ...phase, to: at });
  const drawn = drawnBy(tool);
  const steps = drawn && definitionOf(drawn.kind).draw?.steps;
  if (!drawn || !steps || phase.name !== 'idle') return stay(state);
  if (steps === 1) return to(state, IDLE, false, { type: 'create', ...drawn, anchors: [at] });
  const begun = { kind: drawn.kind, from: at, to: at, held: false, xPx: 0, yPx: 0 };
  return to(state, { name: 'drawing', ...begun, keyed: { press: null } }, false);
}

function leave(state: ToolState): Step {
  if (state.phase.name !== 'idle') return to(state, IDLE, false);
  if (state.tool !== 'select') return stay(INITIAL);
  return to(state, IDLE, false, { type: 'select', target: null });
}

type In<Name extends Phase['name']> = ToolState & { phase: Extract<Phase, { name: Name }> };

function finish(state: ToolState, phase: In<'drawing'>['phase'], captured = false): Step {
  const { kind, from, to: end } = phase;
  const labelType = drawnBy(state.tool)?.labelType ?? null;
  return to(state, IDLE, captured, { type: 'create', kind, labelType, anchors: [from, end] });
}

/** Of what a key began: the press is kept until it is a click or a drag; null where neither is so yet. */
function pressKeyed(state: In<'drawing' | 'measuring'>, event: Pointer): Step | null {
  const { phase, tool } = state;
  const { keyed, ...unkeyed } = phase;
  if (!keyed) return null;
  const { press } = keyed;
  const { xPx, yPx } = event;
  if (event.type === 'down') {
    const at = pointOf(event);
    return to(state, { ...phase, to: at, keyed: { press: { at, xPx, yPx } } }, true);
  }
  if (!press || event.type === 'leave') return null;
  if (isFar(press, event)) {
    const down: Pointer = { ...event, ...press.at, ...press, type: 'down', hit: null };
    const { state: begun } = reduce({ tool, phase: IDLE }, down);
    return reduce(begun, event);
  }
  // A click ends it, as a press ends what a click began.
  return event.type === 'up' ? reduce({ tool, phase: unkeyed }, { ...event, type: 'down' }) : null;
}

const PHASES: { [Name in Phase['name']]: (state: In<Name>, event: Pointer) => Step } = {
  idle(state, event) {
    if (event.type !== 'down') return stay(state);
    const { tool } = state;
    const { hit, xPx, yPx } = event;
    const at = pointOf(event);
    if (tool === 'measure') {
      return to(state, { name: 'measuring', from: at, to: at, step: 'held', xPx, yPx }, true);
    }
    const adds = isAdding(tool, event);
    const pressed: Phase = { name: 'pressed', at, xPx, yPx, hit, adds };
    if (adds || isDragged(tool, hit)) return to(state, pressed, true);
    const drawn = drawnBy(tool);
    const steps = drawn && definitionOf(drawn.kind).draw?.steps;
    if (drawn && steps === 2 && !isOnlyPressed(hit)) {
      const { kind } = drawn;
      return to(state, { name: 'drawing', kind, from: at, to: at, held: true, xPx, yPx }, true);
    }
    return to(state, pressed, false);
  },

  pressed(state, event): Step {
    const { phase, tool } = state;
    const { hit, at, adds } = phase;
    if (event.type === 'leave') return to(state, IDLE, false);
    if (isFar(phase, event)) {
      const end = pointOf(event);
      const next: Phase = adds
        ? { name: 'boxing', from: at, to: end, fromPx: phase.yPx, toPx: event.yPx }
        : isReshaped(tool, hit)
          ? { name: 'reshaping', target: hit, to: end }
          : isMoved(tool, hit)
            ? { name: 'moving', target: hit, from: at, to: end }
            : IDLE;
      const isDrag = next.name !== 'idle';
      return event.type === 'up' && isDrag
        ? reduce({ tool, phase: next }, event)
        : to(state, next, isDrag);
    }
    if (event.type !== 'up') return stay(state, adds || isDragged(tool, hit));
    // A click on nothing that was meant to add takes nothing away.
    if (adds)
      return hit ? to(state, IDLE, false, { type: 'toggle', target: hit }) : to(state, IDLE, false);
    if (tool === 'eraser') {
      return hit ? to(state, IDLE, false, { type: 'erase', target: hit }) : to(state, IDLE, false);
    }
    const drawn = drawnBy(tool);
    if (drawn && definitionOf(drawn.kind).draw?.steps === 1) {
      return to(state, IDLE, false, { type: 'create', ...drawn, anchors: [pointOf(event)] });
    }
    return to(state, IDLE, false, { type: 'select', target: hit });
  },

  drawing(state, event) {
    const { phase } = state;
    const pressed = pressKeyed(state, event);
    if (pressed) return pressed;
    if (event.type === 'leave') return stay(state, true);
    const following = { ...phase, to: pointOf(event) };
    if (event.type === 'down') return finish(state, following, true);
    if (event.type === 'up' && phase.held) {
      return isFar(phase, event)
        ? finish(state, following, true)
        : to(state, { ...following, held: false }, true);
    }
    return to(state, following, true);
  },

  measuring(state, event) {
    const { phase, tool } = state;
    const { step } = phase;
    if (step === 'ended') {
      return event.type === 'down' ? PHASES.idle({ tool, phase: IDLE }, event) : stay(state);
    }
    const pressed = pressKeyed(state, event);
    if (pressed) return pressed;
    if (event.type === 'leave') return stay(state, true);
    const following = { ...phase, to: pointOf(event) };
    if (event.type === 'down') return to(state, { ...following, step: 'ended' }, true);
    if (event.type !== 'up' || step !== 'held') return to(state, following, true);
    return to(state, { ...following, step: isFar(phase, event) ? 'ended' : 'following' }, true);
  },

  reshaping(state, event) {
    const { phase } = state;
    const at = pointOf(event);
    if (event.type !== 'up') return to(state, { ...phase, to: at }, true);
    return to(state, IDLE, true, { type: 'reshape', target: phase.target, to: at });
  },

  moving(state, event) {
    const { phase } = state;
    const { target, from } = phase;
    const at = pointOf(event);
    if (event.type !== 'up') return to(state, { ...phase, to: at }, true);
    return to(state, IDLE, true, { type: 'move', target, from, to: at });
  },

  boxing(state, event) {
    const { from } = state.phase;
    const at = pointOf(event);
    if (event.type !== 'up') return to(state, { ...state.phase, to: at, toPx: event.yPx }, true);
    return to(state, IDLE, true, { type: 'select-box', from, to: at });
  },
};
