import type { Editor } from '@/editor/editor';
import { showReopened } from '../../models/go-to-review';
import { appHistory } from '../../session/app-history';
import { type CommandContext, type CommandTable, REVIEW_KEYS } from '../../session/command';
import { keptText } from '../../session/kept-text';
import type { Session } from '../../session/session';
import { LABELS } from './labels';
import { REVIEW } from './review';
import { STALE } from './stale';
import { TOOLS } from './tools';
import { VIEW } from './view';

/** Whether the chart is shown as it was: what was done since is not to be taken back unseen. */
function isPast({ view }: CommandContext['session']): boolean {
  const { asOf } = view.getState();
  if (asOf !== null)
    view.setState({ notice: 'Go back to now first: this is the chart as it was.' });
  return asOf !== null;
}

const FILES = {
  undo: {
    title: 'Undo',
    group: 'History and files',
    keys: REVIEW_KEYS.undo,
    run: ({ session, chart }) => {
      if (isPast(session)) return;
      const step = appHistory.undo();
      sayWhat(session, step, 'undo');
      if (step && isHere(step, session)) return showReopened(session, chart, step);
    },
  },
  redo: {
    title: 'Redo',
    group: 'History and files',
    keys: REVIEW_KEYS.redo,
    run: ({ session }) => {
      if (isPast(session)) return;
      sayWhat(session, appHistory.redo(), 'redo');
    },
  },
  import: {
    title: 'Import candles or labels',
    group: 'History and files',
    keys: [],
    run: open('import'),
  },
  export: {
    title: 'Export candles and labels',
    group: 'History and files',
    keys: [],
    run: open('export'),
  },
  keys: {
    title: 'All keys',
    hint: 'all keys',
    group: 'History and files',
    keys: REVIEW_KEYS.keys,
    run: open('keys'),
  },
  palette: {
    title: 'Search commands, labels and charts',
    group: 'History and files',
    keys: ['ctrl+k'],
    run: open('palette'),
  },
} satisfies Partial<CommandTable>;

const isHere = ({ editor }: { editor: Editor }, session: Session) => editor === session.editor;

/** Where it was, if not here, and what of it stays. */
function sayWhat(
  session: Session,
  step: ReturnType<typeof appHistory.undo>,
  doing: 'undo' | 'redo',
) {
  if (!step) return;
  const kept = keptText(step, doing);
  const done = doing === 'undo' ? 'Taken back' : 'Done again';
  const elsewhere = kept ? `On ${step.name()}: ${kept}` : `${done} on ${step.name()}.`;
  const notice = isHere(step, session) ? kept : elsewhere;
  if (notice !== null) session.view.setState({ notice });
}

/** Every command there is; keys, buttons, tooltips, hints and the key sheet are made from it. */
export const COMMANDS: CommandTable = {
  ...TOOLS,
  ...REVIEW,
  ...STALE,
  ...LABELS,
  ...VIEW,
  ...FILES,
};

function open(dialog: 'keys' | 'palette' | 'import' | 'export') {
  return ({ session }: CommandContext) => session.view.setState({ dialog });
}
