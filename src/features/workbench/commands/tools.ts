import { capitalized } from '@/components/format';
import { type CornerKind, isCornerKind } from '@/editor/kinds/kinds';
import { drawnBy, type Tool } from '@/editor/tools';
import { ANNOTATION_KINDS } from '../../annotate/kinds/kinds';
import type { Command, CommandContext, CommandTable } from '../../session/command';
import { dispatch, labelFor, selectedSpan } from '../../session/commands';
import type { Session } from '../../session/session';
import type { ViewState } from '../../session/view-state';
import { drawAgain } from './again';
import { cursorInView, endAs, startSegments, startSpan } from './draw-by-key';

/** What is drawn, and how it is left. */
export const TOOLS = {
  'tool.select': {
    title: 'Select',
    group: 'Tools',
    keys: ['v'],
    run: take(() => 'select'),
  },
  'tool.span': {
    title: 'Span; with the bar cursor out, starts one there',
    hint: 'start',
    group: 'Tools',
    keys: ['s'],
    run: startSpan,
  },
  'span.end': {
    title: 'End the span at the bar cursor',
    hint: 'end',
    group: 'Tools',
    keys: ['e'],
    run: (context) => endAs(context, null),
  },
  'tool.segments': {
    title: 'Segments: each label ends a span at the bar cursor and begins the next',
    group: 'Tools',
    keys: ['shift+s'],
    run: startSegments,
  },
  'span.again': {
    title: 'Another span like the selected one from the bar cursor on, over as many turns or bars',
    hint: 'again',
    group: 'Tools',
    keys: ['a'],
    when: (session) =>
      selectedSpan(session) !== null && session.view.getState().cursorTime !== null,
    run: drawAgain,
  },
  'tool.marker': {
    title: 'First marker',
    group: 'Tools',
    keys: ['b'],
    run: take((session) => markerTool(session, 0)),
  },
  'tool.marker2': {
    title: 'Second marker',
    group: 'Tools',
    keys: ['shift+b'],
    run: take((session) => markerTool(session, 1)),
  },
  ...cornerTools(),
  'tool.measure': {
    title: 'Measure prices and bars; with the bar cursor out, from there',
    hint: 'measure',
    group: 'Tools',
    keys: ['m'],
    run: measure,
  },
  'tool.eraser': { title: 'Eraser', group: 'Tools', keys: ['x'], run: take(() => 'eraser') },
  'tool.put': {
    title: 'Put what the tool in hand draws at the bar cursor, or end it there',
    hint: 'put',
    group: 'Tools',
    keys: ['enter'],
    when: ({ view }) => isPut(view.getState().tool.tool),
    run: putAtCursor,
  },
  'annotations.hide': {
    title: 'Hide or show annotations',
    group: 'Tools',
    keys: ['h'],
    run: ({ session: { view } }) => view.setState(({ hidden }) => ({ hidden: !hidden })),
  },
  leave: {
    title: 'Give the arrow keys back to the bar cursor; drop the draft, the tool, the selection',
    hint: 'drop',
    group: 'Tools',
    keys: ['escape'],
    run: leave,
  },
} satisfies Partial<CommandTable>;

function leave({ session }: CommandContext) {
  const { view } = session;
  view.setState({ notice: null });
  if (view.getState().edge !== null) view.setState({ edge: null });
  else if (view.getState().part && isIdle(view.getState())) view.setState({ part: null });
  else dispatch(session, { type: 'escape' });
}

/** The measure tool; with the bar cursor in view it begins at that bar's close. */
async function measure(context: CommandContext) {
  const { session, chart, signal } = context;
  const cursorTime = await cursorInView(context);
  if (signal.aborted) return;
  const close = cursorTime === null ? undefined : chart.barAt(cursorTime)?.close;
  if (cursorTime === null || close === undefined) {
    dispatch(session, { type: 'tool', tool: 'measure' });
  } else dispatch(session, { type: 'measure', at: { time: cursorTime, price: close } });
}

/** Whether the tool draws at points; a span is begun and ended by keys of its own. */
export function isPut(tool: Tool): boolean {
  const drawn = drawnBy(tool);
  return drawn !== null && drawn.kind !== 'span';
}

/** At that bar's close; the inspector takes another price. */
async function putAtCursor(context: CommandContext) {
  const { session, chart, signal } = context;
  const time = await cursorInView(context);
  const close = time === null ? undefined : chart.barAt(time)?.close;
  if (signal.aborted) return;
  if (time === null || close === undefined) {
    session.view.setState({
      notice: 'Arrow keys bring the bar cursor out, then Enter puts it there.',
    });
  } else dispatch(session, { type: 'put', at: { time, price: close } });
}

const isIdle = ({ tool }: ViewState) => tool.tool === 'select' && tool.phase.name === 'idle';

/** Takes a tool; the one in hand stays, as a key says what it wants. */
function take(toolOf: (session: Session) => Tool | null) {
  return ({ session }: CommandContext) => {
    const tool = toolOf(session);
    if (tool) dispatch(session, { type: 'tool', tool });
  };
}

/** Takes the tool of each kind with corners; it is there while the kind has an active type. */
function cornerTools(): Record<`tool.${CornerKind}`, Command> {
  const commands = Object.entries(ANNOTATION_KINDS).flatMap(([kind, { name, key }]) =>
    isCornerKind(kind)
      ? [
          [
            `tool.${kind}`,
            {
              title: capitalized(name),
              group: 'Tools',
              keys: key === null ? [] : [key],
              run: take((session) => (labelFor(session, kind) === null ? null : kind)),
            },
          ],
        ]
      : [],
  );
  return Object.fromEntries(commands);
}

function markerTool({ annotationTypes }: Session, index: number): Tool | null {
  const markers = annotationTypes.filter((type) => type.isActive && type.category === 'marker');
  const type = markers[index];
  return type ? `marker:${type.name}` : null;
}
