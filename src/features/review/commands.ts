import { type Command, LABEL_KEYS, REVIEW_KEYS } from '../session/command';
import { hotkeyLabel, hotkeysText } from '../session/hotkeys';
import type { KeyedLabel } from '../session/label-keys';
import type { Board } from './board';

export type BoardCommandId =
  | 'accept'
  | 'reject'
  | 'correct'
  | 'later'
  | 'label'
  | 'acceptRest'
  | 'rejectRest'
  | 'back'
  | 'undo'
  | 'redo'
  | 'edgeStart'
  | 'edgeEnd'
  | 'edgeBack'
  | 'edgeForward'
  | 'edgeBack3'
  | 'edgeForward3'
  | 'edgeBack10'
  | 'edgeForward10'
  | 'drop'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'chart'
  | 'keys';

/** Bars that an edge is moved by, as the chart's keys move one. */
export const EDGE_STEPS: Record<string, number> = {
  arrowleft: -1,
  arrowright: 1,
  'ctrl+arrowleft': -3,
  'ctrl+arrowright': 3,
  'shift+arrowleft': -10,
  'shift+arrowright': 10,
};

/** What a key may do depends on it. */
export type BoardSubject = { board: Board; labels: readonly KeyedLabel[] };

export type BoardContext = BoardSubject & {
  key: string | null;
  /** Ends once the bars of the focused candidate are here; at once where they are. */
  loaded(): void | Promise<void>;
  openChart(): void;
  showKeys(): void;
};

export type BoardCommand = Command<BoardSubject, BoardContext>;

const focused = ({ board }: BoardSubject) => board.state.getState().focus !== null;
const isCorrecting = ({ board }: BoardSubject) => board.state.getState().edges !== null;

/** What the board's commands are kept by, where somebody gives them other keys. */
export const BOARD_KEYS = 'board.';

/** Every key and button of the board; keys that a chart has as well are the same there. */
export const BOARD_COMMANDS: Record<BoardCommandId, BoardCommand> = {
  accept: {
    title: 'Accept, with the edges as they are shown, and go on',
    hint: 'yes, next',
    group: 'Review',
    keys: REVIEW_KEYS.confirm,
    when: focused,
    run: (context) => withBars(context, () => context.board.accept()),
  },
  reject: {
    title: 'Reject and go on',
    hint: 'no, next',
    group: 'Review',
    keys: REVIEW_KEYS.dismiss,
    when: focused,
    run: ({ board }) => board.reject(),
  },
  correct: {
    title: 'Correct the edges, or put them back',
    hint: 'correct',
    group: 'Review',
    keys: REVIEW_KEYS.correct,
    when: focused,
    run: ({ board }) => board.correct(),
  },
  later: {
    title: 'Let it come last',
    hint: 'later',
    group: 'Review',
    keys: REVIEW_KEYS.later,
    when: focused,
    run: ({ board }) => board.putOff(),
  },
  label: {
    title: 'It is this label, and go on',
    hint: 'other label',
    group: 'Review',
    keys: LABEL_KEYS,
    keysText: ({ labels }) => hotkeysText(labels),
    when: (subject, key) => focused(subject) && hotkeyLabel(subject.labels, key) !== null,
    run(context) {
      const { board, labels, key } = context;
      const label = hotkeyLabel(labels, key);
      if (label !== null) return withBars(context, () => board.acceptAs(key ?? '', label));
    },
  },
  acceptRest: {
    title: 'Accept the rest of the page above the line',
    hint: 'accept the rest',
    group: 'Review',
    keys: REVIEW_KEYS.confirmRest,
    run: ({ board }) => board.acceptRest(),
  },
  rejectRest: {
    title: 'Reject the rest of the page above the line',
    hint: 'reject the rest',
    group: 'Review',
    keys: REVIEW_KEYS.dismissRest,
    run: ({ board }) => board.rejectRest(),
  },
  back: {
    title: 'Take the last answer back, and look at it again',
    hint: 'back one',
    group: 'Review',
    keys: REVIEW_KEYS.back,
    run: ({ board }) => board.undo(),
  },
  undo: {
    title: 'Take back what the last key answered, be it one or many',
    hint: 'undo',
    group: 'Review',
    keys: REVIEW_KEYS.undo,
    run: ({ board }) => board.undo(),
  },
  redo: {
    title: 'Answer again what was taken back',
    group: 'Review',
    keys: REVIEW_KEYS.redo,
    run: ({ board }) => board.redo(),
  },
  edgeStart: {
    title: 'The arrow keys move the start',
    group: 'Edges',
    keys: REVIEW_KEYS.edgeStart,
    when: focused,
    run: ({ board }) => board.chooseEdge('start'),
  },
  edgeEnd: {
    title: 'The arrow keys move the end',
    group: 'Edges',
    keys: REVIEW_KEYS.edgeEnd,
    when: focused,
    run: ({ board }) => board.chooseEdge('end'),
  },
  edgeBack: edge('The edge a bar back', 'arrowleft'),
  edgeForward: edge('The edge a bar forward', 'arrowright'),
  edgeBack3: edge('The edge three bars back', 'ctrl+arrowleft'),
  edgeForward3: edge('The edge three bars forward', 'ctrl+arrowright'),
  edgeBack10: edge('The edge ten bars back', 'shift+arrowleft'),
  edgeForward10: edge('The edge ten bars forward', 'shift+arrowright'),
  drop: {
    title: 'Put the edges back',
    group: 'Edges',
    keys: ['escape'],
    run: ({ board }) => board.drop(),
  },
  left: move('To the candidate before', 'arrowleft', -1, 0),
  right: { ...move('To the next candidate', 'arrowright', 1, 0), hint: 'move' },
  up: move('To the candidate above', 'arrowup', 0, -1),
  down: move('To the candidate below', 'arrowdown', 0, 1),
  chart: {
    title: 'Open its chart',
    hint: 'chart',
    group: 'Review',
    keys: REVIEW_KEYS.change,
    when: focused,
    run: ({ openChart }) => openChart(),
  },
  keys: {
    title: 'All keys',
    hint: 'all keys',
    group: 'History and files',
    keys: REVIEW_KEYS.keys,
    run: ({ showKeys }) => showKeys(),
  },
};

/** Moved edges are times of bars, so that an answer with them waits for these. */
function withBars({ board, loaded }: BoardContext, answer: () => void): void | Promise<void> {
  const waiting = isCorrecting({ board, labels: [] }) ? loaded() : undefined;
  return waiting ? waiting.then(answer) : answer();
}

function edge(title: string, key: string): BoardCommand {
  return {
    title,
    group: 'Edges',
    keys: [key],
    when: isCorrecting,
    run({ board, loaded }) {
      const moved = () => {
        board.press();
        board.moveEdge(EDGE_STEPS[key] ?? 0);
      };
      const waiting = loaded();
      return waiting ? waiting.then(moved) : moved();
    },
  };
}

function move(title: string, key: string, across: number, down: number): BoardCommand {
  return { title, group: 'View', keys: [key], run: ({ board }) => board.move(across, down) };
}
