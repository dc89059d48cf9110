import type { ChartView } from '@/chart/types';
import type { CornerKind } from '@/editor/kinds/kinds';
import type { Session } from './session';

/** Whatever a person can do by key, button or menu. A new one is a line here and in the table. */
export type CommandId =
  | 'tool.select'
  | 'tool.span'
  | 'tool.marker'
  | 'tool.marker2'
  | `tool.${CornerKind}`
  | 'tool.measure'
  | 'tool.eraser'
  | 'tool.put'
  | 'span.end'
  | 'tool.segments'
  | 'annotations.hide'
  | 'leave'
  | 'label'
  | 'label.find'
  | 'label.picked'
  | 'confidence'
  | 'delete'
  | 'select.all'
  | 'anchor.previous'
  | 'anchor.next'
  | 'move.back'
  | 'move.forward'
  | 'move.back10'
  | 'move.forward10'
  | 'span.sameForNext'
  | 'edge.nearest'
  | 'flyBack'
  | 'part.add'
  | 'copy'
  | 'paste'
  | 'span.next'
  | 'stale.next'
  | 'stale.right'
  | 'label.next'
  | 'unlabelled.next'
  | 'record.history'
  | 'chart.history'
  | 'span.again'
  | 'cursor.swingsBack'
  | 'cursor.swingsForward'
  | 'examine.view'
  | 'examine.cursor'
  | 'review.next'
  | 'review.previous'
  | 'review.confirm'
  | 'review.correct'
  | 'review.dismiss'
  | 'review.label'
  | 'review.later'
  | 'review.confirmRest'
  | 'review.dismissRest'
  | 'review.back'
  | 'review.board'
  | 'search.similar'
  | 'edge.start'
  | 'edge.end'
  | 'edge.back'
  | 'edge.forward'
  | 'edge.back10'
  | 'edge.forward10'
  | 'edge.back3'
  | 'edge.forward3'
  | 'cursor.back3'
  | 'cursor.forward3'
  | 'predict.view'
  | 'predict.chart'
  | 'predict.all'
  | 'cursor.back'
  | 'cursor.forward'
  | 'cursor.back10'
  | 'cursor.forward10'
  | 'cursor.swingBack'
  | 'cursor.swingForward'
  | 'cursor.first'
  | 'cursor.last'
  | 'cursor.viewBack'
  | 'cursor.viewForward'
  | 'zoom.in'
  | 'zoom.out'
  | 'fit'
  | 'log'
  | 'folded.open'
  | 'menu'
  | 'zoom.selected'
  | 'look.candles'
  | 'look.palette'
  | 'picture'
  | 'goto'
  | 'zone'
  | 'gap.next'
  | 'gap.previous'
  | 'undo'
  | 'redo'
  | 'import'
  | 'export'
  | 'keys'
  | 'palette';

export type CommandGroup = 'Tools' | 'Labels' | 'Review' | 'Edges' | 'View' | 'History and files';

export type CommandContext = {
  session: Session;
  chart: ChartView;
  /** The key that it was called by; null by a button. */
  key: string | null;
  /** How many times as far a key goes that has been held for a while; 1 for what is pressed once. */
  speed: number;
  /** Goes to another page of the app. */
  navigate(path: '/review' | `/review?${string}`): void;
  /** Aborts when it takes too long for a person; nothing may be changed then. */
  signal: AbortSignal;
};

/** Keys that mean the same on a chart and on the review board. */
export const REVIEW_KEYS = {
  confirm: ['y'],
  correct: ['c'],
  dismiss: ['n'],
  later: ['l'],
  back: ['u'],
  confirmRest: ['shift+y'],
  /** Its neighbour ⇧N is “label next”. */
  dismissRest: ['shift+x'],
  edgeStart: ['['],
  edgeEnd: [']'],
  undo: ['ctrl+z'],
  redo: ['ctrl+shift+z', 'ctrl+y'],
  keys: ['?'],
  /** From a chart to the board, and from there to the chart. */
  change: ['o'],
} as const;

/** What may choose a label: the digits, and with Shift a second row. */
export const LABEL_KEYS = ['', 'shift+'].flatMap((shift) =>
  Array.from({ length: 10 }, (_, digit) => `${shift}${digit}`),
);

export type Command<Subject = Session, Context = CommandContext> = {
  /** What it does, as a tooltip and the key sheet say it. */
  title: string;
  /** The same in a word or two, for the status bar. */
  hint?: string;
  group: CommandGroup;
  /** As `keyOf` names them; the first one is shown. */
  keys: readonly string[];
  /** What is shown instead, where it depends on the chart's labels. */
  keysText?: (subject: Subject) => string | null;
  /**
   * Whether it can do something now. Where several have a key, the first that can is meant, and one that
   * does not say last.
   */
  when?: (subject: Subject, key: string | null) => boolean;
  /** Reads what it needs when its turn comes, and ends when the next one may begin. */
  run: (context: Context) => void | Promise<void>;
};

export type CommandTable = Record<CommandId, Command>;

/** A key as commands name it: `event.key` in lower case after `ctrl+`, `alt+` and `shift+`. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  // By place: with Alt, and on some keyboards without Shift, a digit's key writes something else.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const key = digit ?? event.key.toLowerCase();
  // Shift is how a sign is written, so that it says nothing more.
  const isSign = key.length === 1 && !digit && key === key.toUpperCase();
  return [
    event.ctrlKey || event.metaKey ? 'ctrl+' : '',
    event.altKey ? 'alt+' : '',
    event.shiftKey && !isSign ? 'shift+' : '',
    key,
  ].join('');
}

const NAMES: Record<string, string> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: '⇧',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Del',
  escape: 'Esc',
  '-': '−',
};

/** A key as people read it: `⇧ B`, `Ctrl Z`. */
export const keyText = (key: string): string =>
  key
    .split(/(?<=[a-z])\+/)
    .map((part) => NAMES[part] ?? part.toUpperCase())
    .join(' ');

/** What stands on a button: nothing where a command has no key. */
export const keysTextOf = <Subject>(
  command: Pick<Command<Subject>, 'keys' | 'keysText'>,
  subject: Subject,
): string | null =>
  command.keysText
    ? command.keysText(subject)
    : command.keys[0] === undefined
      ? null
      : keyText(command.keys[0]);
