import { toggleChoice } from '../../pages/appearance';
import type { Command, CommandContext, CommandTable } from '../../session/command';
import { savePicture } from '../picture';
import { openMenu, zoomToSelected } from './chart-menu';
import { flyBack, goToGap, moveByView, moveCursor, moveToSwing } from './moves';

/** What is looked at: the bar cursor, zoom, dates and gaps. */
export const VIEW = {
  'cursor.back': cursor('Bar cursor back', 'arrowleft', -1),
  'cursor.forward': { ...cursor('Bar cursor forward', 'arrowright', 1), hint: 'move' },
  'cursor.back3': cursor('Three bars back', 'ctrl+arrowleft', -3),
  'cursor.forward3': cursor('Three bars forward', 'ctrl+arrowright', 3),
  'cursor.back10': cursor('Ten bars back', 'shift+arrowleft', -10),
  'cursor.forward10': cursor('Ten bars forward', 'shift+arrowright', 10),
  'cursor.swingBack': {
    title: 'Bar cursor to the turn of prices before',
    group: 'View',
    keys: ['arrowup'],
    run: moveToSwing(-1),
  },
  'cursor.swingForward': {
    title: 'Bar cursor to the next turn of prices',
    hint: 'turn',
    group: 'View',
    keys: ['arrowdown'],
    run: moveToSwing(1),
  },
  'cursor.swingsBack': {
    title: 'Two turns back, to the one of the same side',
    group: 'View',
    keys: ['shift+arrowup'],
    run: moveToSwing(-1, 2),
  },
  'cursor.swingsForward': {
    title: 'Two turns on, to the one of the same side',
    group: 'View',
    keys: ['shift+arrowdown'],
    run: moveToSwing(1, 2),
  },
  'cursor.first': cursor('Bar cursor to the first bar', 'home', Number.NEGATIVE_INFINITY),
  'cursor.last': cursor('Bar cursor to the newest bar', 'end', Number.POSITIVE_INFINITY),
  'cursor.viewBack': {
    title: 'Bar cursor back by a view',
    group: 'View',
    keys: ['pageup'],
    run: moveByView(-1),
  },
  'cursor.viewForward': {
    title: 'Bar cursor forward by a view',
    group: 'View',
    keys: ['pagedown'],
    run: moveByView(1),
  },
  'zoom.in': {
    title: 'Zoom in',
    group: 'View',
    keys: ['+', '='],
    run: ({ chart }) => chart.zoomBy(0.8),
  },
  'zoom.out': {
    title: 'Zoom out',
    group: 'View',
    keys: ['-'],
    run: ({ chart }) => chart.zoomBy(1.25),
  },
  fit: { title: 'The whole history', group: 'View', keys: ['f'], run: ({ chart }) => chart.fit() },
  log: {
    title: 'Logarithmic price scale',
    group: 'View',
    keys: [],
    run: ({ session: { view } }) => view.setState(({ logScale }) => ({ logScale: !logScale })),
  },
  menu: {
    title: 'Menu of what is selected, or of the chart',
    group: 'View',
    keys: ['shift+f10', 'contextmenu'],
    run: openMenu,
  },
  'zoom.selected': {
    title: 'Zoom to what is selected',
    group: 'View',
    keys: ['z'],
    when: ({ view }) => view.getState().selected !== null,
    run: zoomToSelected,
  },
  'folded.open': {
    title: 'Open the next “+n” of annotations that stand together',
    group: 'View',
    keys: ['ctrl+.'],
    run: openFold,
  },
  'look.candles': {
    title: 'Hollow or filled candles',
    group: 'View',
    keys: [],
    run: () => toggleChoice('candles'),
  },
  'look.palette': {
    title: 'Colours that are safe for colour blindness, or the usual ones',
    group: 'View',
    keys: [],
    run: () => toggleChoice('palette'),
  },
  picture: {
    title: 'Save a picture of the view (PNG)',
    group: 'History and files',
    keys: ['ctrl+shift+s'],
    run: savePicture,
  },
  goto: {
    title: 'Go to a date or a gap',
    group: 'View',
    keys: ['ctrl+g'],
    run: ({ session }) => session.view.setState({ dialog: 'goto' }),
  },
  flyBack: {
    title: 'Back to where the last flight to another place began, and there again',
    hint: 'fly back',
    group: 'View',
    keys: ['q'],
    run: flyBack,
  },
  zone: {
    title: 'Time zone',
    group: 'View',
    keys: [],
    run: ({ session }) => session.view.setState({ dialog: 'zone' }),
  },
  'gap.next': { title: 'Next gap between candles', group: 'View', keys: ['j'], run: goToGap(1) },
  'gap.previous': { title: 'Previous gap', group: 'View', keys: ['shift+j'], run: goToGap(-1) },
} satisfies Partial<CommandTable>;

function cursor(title: string, key: string, step: number): Command {
  return { title, group: 'View', keys: [key], run: moveCursor(step) };
}

/** From the left, and the first one again after the last. */
function openFold({ session: { view }, chart }: CommandContext) {
  const pills = chart.foldedPills();
  const open = view.getState().folded;
  const at = pills.findIndex(({ uids }) => uids === open?.pill.uids);
  const pill = pills[(at + 1) % pills.length];
  view.setState({ folded: pill ? { pill, hasFocus: true } : null });
}
