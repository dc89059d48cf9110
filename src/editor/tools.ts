import type { UtcSeconds } from '@/contract/common';

export type Tool = 'select' | 'span' | 'eraser' | MarkerTool;
/** One tool per active marker type, named by its annotation type. */
export type MarkerTool = `marker:${string}`;

export type Target =
  | { kind: 'span'; uid: string; part: 'body' | 'pill' | 'start' | 'end' }
  | { kind: 'marker'; uid: string }
  | { kind: 'prediction'; id: number };

/** A pointer as the tools see it: the nearest bar's time, and what lies under it. */
export type Pointer = {
  type: 'down' | 'move' | 'up' | 'leave';
  time: UtcSeconds;
  xPx: number;
  yPx: number;
  hit: Target | null;
};
export type ToolEvent =
  | Pointer
  | { type: 'tool'; tool: Tool }
  | { type: 'escape' }
  /** Keyboard marking at the bar cursor. */
  | { type: 'start'; time: UtcSeconds }
  | { type: 'end'; time: UtcSeconds };

export type ToolState = { tool: Tool; phase: Phase };
export type Phase =
  | { name: 'idle' }
  /** The button is down and nothing has been decided. */
  | { name: 'pressed'; xPx: number; yPx: number; hit: Target | null }
  /** A span's first end is set; `held` while the button that set it is still down. */
  | { name: 'drawing'; from: UtcSeconds; to: UtcSeconds; held: boolean; xPx: number; yPx: number }
  | { name: 'resizing'; uid: string; edge: 'start' | 'end'; to: UtcSeconds }
  | { name: 'moving'; uid: string; to: UtcSeconds };

/** What a tool asks for; the feature carries it out on the editor. */
export type Effect =
  | { type: 'select'; target: Target | null }
  | { type: 'create-span'; startTime: UtcSeconds; endTime: UtcSeconds }
  | { type: 'create-marker'; labelType: string; time: UtcSeconds }
  | { type: 'resize-span'; uid: string; edge: 'start' | 'end'; time: UtcSeconds }
  | { type: 'move-marker'; uid: string; time: UtcSeconds }
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
const isFar = (a: { xPx: number; yPx: number }, b: { xPx: number; yPx: number }) =>
  Math.hypot(a.xPx - b.xPx, a.yPx - b.yPx) > CLICK_SLOP_PX;
const span = (a: UtcSeconds, b: UtcSeconds): Effect => ({
  type: 'create-span',
  startTime: Math.min(a, b),
  endTime: Math.max(a, b),
});

/** One step of the tools. Pure: the same state and event give the same step. */
export function reduce(state: ToolState, event: ToolEvent): Step {
  if (event.type === 'tool') {
    // Asking for the active tool leaves it.
    const tool = event.tool === state.tool ? 'select' : event.tool;
    return { state: { tool, phase: IDLE }, effects: [], captured: false };
  }
  if (event.type === 'escape') return leave(state);
  if (event.type === 'start') {
    const { time } = event;
    return {
      state: {
        tool: 'span',
        phase: { name: 'drawing', from: time, to: time, held: false, xPx: 0, yPx: 0 },
      },
      effects: [],
      captured: false,
    };
  }
  if (event.type === 'end') {
    const { phase } = state;
    return phase.name === 'drawing'
      ? to(state, IDLE, false, span(phase.from, event.time))
      : stay(state);
  }
  return PHASES[state.phase.name](state as never, event);
}

function leave(state: ToolState): Step {
  if (state.phase.name !== 'idle') return to(state, IDLE, false);
  if (state.tool !== 'select') return stay(INITIAL);
  return to(state, IDLE, false, { type: 'select', target: null });
}

type In<Name extends Phase['name']> = ToolState & { phase: Extract<Phase, { name: Name }> };

const PHASES: { [Name in Phase['name']]: (state: In<Name>, event: Pointer) => Step } = {
  idle(state, event) {
    if (event.type !== 'down') return stay(state);
    const { hit, time, xPx, yPx } = event;
    if (hit?.kind === 'span' && (hit.part === 'start' || hit.part === 'end')) {
      if (state.tool === 'select' || state.tool === 'span') {
        return to(state, { name: 'resizing', uid: hit.uid, edge: hit.part, to: time }, true);
      }
    }
    if (state.tool === 'span' && !(hit?.kind === 'span' && hit.part === 'pill')) {
      return to(state, { name: 'drawing', from: time, to: time, held: true, xPx, yPx }, true);
    }
    const pressed: Phase = { name: 'pressed', xPx, yPx, hit };
    return to(state, pressed, state.tool === 'select' && hit?.kind === 'marker');
  },

  pressed(state, event) {
    const { phase } = state;
    if (event.type === 'leave') return to(state, IDLE, false);
    if (isFar(phase, event)) {
      return state.tool === 'select' && phase.hit?.kind === 'marker'
        ? to(state, { name: 'moving', uid: phase.hit.uid, to: event.time }, true)
        : to(state, IDLE, false);
    }
    if (event.type !== 'up') return stay(state);
    if (state.tool === 'eraser') {
      return phase.hit
        ? to(state, IDLE, false, { type: 'erase', target: phase.hit })
        : to(state, IDLE, false);
    }
    if (state.tool.startsWith('marker:')) {
      const labelType = state.tool.slice('marker:'.length);
      return to(state, IDLE, false, { type: 'create-marker', labelType, time: event.time });
    }
    return to(state, IDLE, false, { type: 'select', target: phase.hit });
  },

  drawing(state, event) {
    const { phase } = state;
    const following: Phase = { ...phase, to: event.time };
    if (event.type === 'up' && phase.held) {
      return isFar(phase, event)
        ? to(state, IDLE, true, span(phase.from, event.time))
        : to(state, { ...following, held: false }, true);
    }
    if (event.type === 'down') return to(state, IDLE, true, span(phase.from, event.time));
    if (event.type === 'leave') return stay(state, true);
    return to(state, following, true);
  },

  resizing(state, event) {
    const { phase } = state;
    if (event.type !== 'up') return to(state, { ...phase, to: event.time }, true);
    const { uid, edge } = phase;
    return to(state, IDLE, true, { type: 'resize-span', uid, edge, time: event.time });
  },

  moving(state, event) {
    const { phase } = state;
    if (event.type !== 'up') return to(state, { ...phase, to: event.time }, true);
    return to(state, IDLE, true, { type: 'move-marker', uid: phase.uid, time: event.time });
  },
};
