import { describe, expect, it } from 'vitest';
import type { Target } from './kinds/kinds';
import { PART_TOOL } from './kinds/parts';
import { type Effect, INITIAL, reduce, type ToolEvent, type ToolState } from './tools';

const edge: Target = { kind: 'span', uid: 's', part: 'end' };
const partEdge: Target = { kind: 'span', uid: 's', part: 'part-end', index: 0 };
const pill: Target = { kind: 'span', uid: 's', part: 'pill' };
const level: Target = { kind: 'level', uid: 'l', part: 'body' };
const marker: Target = { kind: 'marker', uid: 'm', part: 'body' };

/** Prices follow the times, so that an anchor is told by one number. */
const point = (time: number) => ({ time, price: time * 2 });
const drawn = (
  kind: 'span' | 'marker' | 'line',
  labelType: string | null,
  ...times: number[]
): Effect => ({
  type: 'create',
  kind,
  labelType,
  anchors: times.map(point),
});
/** The keyboard's bar cursor has no price. */
const keyed = (time: number) => ({ time, price: Number.NaN });

const at = (type: 'down' | 'move' | 'up', time: number, hit: Target | null = null): ToolEvent => ({
  type,
  ...point(time),
  xPx: time * 10,
  yPx: 0,
  hit,
});
const adding = (type: 'down' | 'move' | 'up', time: number, hit: Target | null = null) =>
  ({ ...at(type, time, hit), adds: true }) as ToolEvent;
const use = (tool: ToolState['tool']): ToolEvent => ({ type: 'tool', tool });
const leave: ToolEvent = { type: 'escape' };

function run(events: ToolEvent[]) {
  let state = INITIAL;
  const effects: Effect[] = [];
  const captured: boolean[] = [];
  for (const event of events) {
    const step = reduce(state, event);
    state = step.state;
    effects.push(...step.effects);
    captured.push(step.captured);
  }
  return { state, effects, captured };
}

/** The transitions, written out: what a person does, what is asked for, where the tool ends. */
const TABLE: [what: string, events: ToolEvent[], effects: Effect[], tool: string, phase: string][] =
  [
    [
      'select: click on nothing',
      [at('down', 1), at('up', 1)],
      [{ type: 'select', target: null }],
      'select',
      'idle',
    ],
    [
      'select: click on a span',
      [at('down', 1, pill), at('up', 1, pill)],
      [{ type: 'select', target: pill }],
      'select',
      'idle',
    ],
    [
      'select: a drag is the chart’s',
      [at('down', 1), at('move', 5), at('up', 5)],
      [],
      'select',
      'idle',
    ],
    [
      'select: drag an edge',
      [at('down', 1, edge), at('move', 3), at('up', 4)],
      [{ type: 'reshape', target: edge, to: point(4) }],
      'select',
      'idle',
    ],
    [
      'select: drag a marker',
      [at('down', 1, marker), at('move', 3), at('up', 4)],
      [{ type: 'move', target: marker, from: point(1), to: point(4) }],
      'select',
      'idle',
    ],
    [
      'select: click a marker',
      [at('down', 1, marker), at('up', 1, marker)],
      [{ type: 'select', target: marker }],
      'select',
      'idle',
    ],
    [
      'span: drag',
      [use('span'), at('down', 2), at('move', 4), at('up', 5)],
      [drawn('span', null, 2, 5)],
      'span',
      'idle',
    ],
    [
      'span: drag to the left',
      [use('span'), at('down', 5), at('move', 4), at('up', 2)],
      [drawn('span', null, 5, 2)],
      'span',
      'idle',
    ],
    [
      'span: two clicks',
      [use('span'), at('down', 2), at('up', 2), at('move', 6), at('down', 7), at('up', 7)],
      [drawn('span', null, 2, 7)],
      'span',
      'idle',
    ],
    [
      'span: escape drops the draft',
      [use('span'), at('down', 2), at('up', 2), leave],
      [],
      'span',
      'idle',
    ],
    ['span: escape again leaves the tool', [use('span'), leave], [], 'select', 'idle'],
    [
      'span: drag an edge of a span',
      [use('span'), at('down', 1, edge), at('up', 3)],
      [{ type: 'reshape', target: edge, to: point(3) }],
      'span',
      'idle',
    ],
    [
      'part: a drag from the edge of its span draws one, and from an edge of its own moves that',
      [
        use(PART_TOOL),
        ...[at('down', 1, edge), at('move', 3), at('up', 4)],
        ...[at('down', 6, partEdge), at('move', 7), at('up', 8)],
      ],
      [drawn('span', 'part', 1, 4), { type: 'reshape', target: partEdge, to: point(8) }],
      PART_TOOL,
      'idle',
    ],
    [
      'span: click a pill selects',
      [use('span'), at('down', 1, pill), at('up', 1, pill)],
      [{ type: 'select', target: pill }],
      'span',
      'idle',
    ],
    ['span: its own key keeps it', [use('span'), use('span')], [], 'span', 'idle'],
    [
      'keyboard: start, end',
      [
        { type: 'start', time: 3 },
        { type: 'end', time: 9 },
      ],
      [{ type: 'create', kind: 'span', labelType: null, anchors: [keyed(3), keyed(9)] }],
      'span',
      'idle',
    ],
    [
      'keyboard start: a drag begins anew where it is pressed',
      [{ type: 'start', time: 3 }, at('move', 8), at('down', 5), at('move', 7), at('up', 9)],
      [drawn('span', null, 5, 9)],
      'span',
      'idle',
    ],
    [
      'keyboard start: a drag without a move between',
      [{ type: 'start', time: 3 }, at('down', 5), at('up', 9)],
      [drawn('span', null, 5, 9)],
      'span',
      'idle',
    ],
    [
      'keyboard start: a click ends it',
      [{ type: 'start', time: 3 }, at('move', 8), at('down', 9), at('up', 9)],
      [{ type: 'create', kind: 'span', labelType: null, anchors: [keyed(3), point(9)] }],
      'span',
      'idle',
    ],
    [
      'keyboard start: the pointer leaves while it is pressed',
      [{ type: 'start', time: 3 }, at('down', 5), leave],
      [],
      'span',
      'idle',
    ],
    ['keyboard: end without a start', [{ type: 'end', time: 9 }], [], 'select', 'idle'],
    [
      'marker: click',
      [use('marker:break_up'), at('down', 4), at('up', 4)],
      [drawn('marker', 'break_up', 4)],
      'marker:break_up',
      'idle',
    ],
    [
      'marker: a drag is the chart’s',
      [use('marker:break_up'), at('down', 4), at('move', 8), at('up', 8)],
      [],
      'marker:break_up',
      'idle',
    ],
    [
      'keyboard: a marker at the bar cursor',
      [use('marker:break_up'), { type: 'put', at: point(4) }],
      [drawn('marker', 'break_up', 4)],
      'marker:break_up',
      'idle',
    ],
    [
      'keyboard: a line from the bar cursor to where it is then',
      [
        use('line'),
        { type: 'put', at: point(4) },
        { type: 'cursor', ...point(6) },
        { type: 'put', at: point(7) },
      ],
      [drawn('line', null, 4, 7)],
      'line',
      'idle',
    ],
    [
      'keyboard: a line is begun, and follows the bar cursor',
      [use('line'), { type: 'put', at: point(4) }, { type: 'cursor', ...point(6) }],
      [],
      'line',
      'drawing',
    ],
    [
      'eraser: click a marker',
      [use('eraser'), at('down', 4, marker), at('up', 4, marker)],
      [{ type: 'erase', target: marker }],
      'eraser',
      'idle',
    ],
    [
      'a click that adds toggles what it hits',
      [adding('down', 4, pill), adding('up', 4, pill)],
      [{ type: 'toggle', target: pill }],
      'select',
      'idle',
    ],
    [
      'a click that adds takes nothing away where it hits nothing',
      [adding('down', 4), adding('up', 4)],
      [],
      'select',
      'idle',
    ],
    [
      'a drag that adds is a box, over a marker as well',
      [adding('down', 4, marker), adding('move', 6), adding('up', 8)],
      [{ type: 'select-box', from: point(4), to: point(8) }],
      'select',
      'idle',
    ],
    [
      'a drag that adds is a box over a level, and moves none',
      [adding('down', 4, level), adding('move', 6), adding('up', 8)],
      [{ type: 'select-box', from: point(4), to: point(8) }],
      'select',
      'idle',
    ],
    [
      'a click that adds toggles a level',
      [adding('down', 4, level), adding('up', 4, level)],
      [{ type: 'toggle', target: level }],
      'select',
      'idle',
    ],
    [
      'select: drag a level',
      [at('down', 1, level), at('move', 3), at('up', 4)],
      [{ type: 'reshape', target: level, to: point(4) }],
      'select',
      'idle',
    ],
    [
      'a box is dropped by Escape',
      [adding('down', 4), adding('move', 6), leave],
      [],
      'select',
      'idle',
    ],
    [
      'a handle is dragged whatever is held',
      [adding('down', 4, edge), adding('move', 6), adding('up', 8)],
      [{ type: 'reshape', target: edge, to: point(8) }],
      'select',
      'idle',
    ],
    ['eraser: click on nothing', [use('eraser'), at('down', 4), at('up', 4)], [], 'eraser', 'idle'],
    [
      'escape with nothing to leave drops the selection',
      [leave],
      [{ type: 'select', target: null }],
      'select',
      'idle',
    ],
  ];

describe('tools', () => {
  it('measures by a drag, by two clicks or from the bar cursor, and keeps nothing', () => {
    const measured = (events: ToolEvent[]) => {
      const { state, effects } = run([use('measure'), ...events]);
      expect(effects).toEqual([]);
      const { phase } = state;
      return phase.name === 'measuring' ? [phase.from.time, phase.to.time, phase.step] : phase.name;
    };
    const clicks = [at('down', 1), at('up', 1), at('move', 5), at('down', 6), at('up', 6)];
    expect(measured(clicks.slice(0, 3))).toEqual([1, 5, 'following']);
    expect(measured(clicks)).toEqual([1, 6, 'ended']);
    expect(measured([...clicks, at('move', 9)])).toEqual([1, 6, 'ended']);
    expect(measured([...clicks, at('down', 9)])).toEqual([9, 9, 'held']);
    expect(measured([at('down', 4, pill), at('move', 7), at('up', 8)])).toEqual([4, 8, 'ended']);
    expect(measured([...clicks, leave])).toBe('idle');
    const keyed: ToolEvent[] = [
      { type: 'measure', at: point(3) },
      { type: 'cursor', ...point(5) },
    ];
    expect(measured(keyed)).toEqual([3, 5, 'following']);
    expect(measured([...keyed, at('down', 6), at('up', 6)])).toEqual([3, 6, 'ended']);
    expect(measured([...keyed, at('down', 6), at('move', 8), at('up', 9)])).toEqual([
      6,
      9,
      'ended',
    ]);
  });

  it.each(TABLE)('%s', (_what, events, effects, tool, phase) => {
    const result = run(events);
    expect(result.effects).toEqual(effects);
    expect(result.state.tool).toBe(tool);
    expect(result.state.phase.name).toBe(phase);
  });

  it('takes the gesture where the chart must not pan, and only there', () => {
    expect(run([use('span'), at('down', 2), at('move', 4)]).captured).toEqual([false, true, true]);
    expect(run([at('down', 2), at('move', 4)]).captured).toEqual([false, false]);
    expect(run([at('down', 1, edge), at('move', 4)]).captured).toEqual([true, true]);
  });
});
