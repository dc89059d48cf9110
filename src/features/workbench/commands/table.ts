import { takeBack } from '../../models/go-to-review';
import { type CommandContext, type CommandTable, REVIEW_KEYS } from '../../session/command';
import { LABELS } from './labels';
import { REVIEW } from './review';
import { TOOLS } from './tools';
import { VIEW } from './view';

const FILES = {
  undo: {
    title: 'Undo',
    group: 'History and files',
    keys: REVIEW_KEYS.undo,
    run: ({ session, chart }) => takeBack(session, chart),
  },
  redo: {
    title: 'Redo',
    group: 'History and files',
    keys: REVIEW_KEYS.redo,
    run: ({ session: { editor } }) => void editor.redo(),
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

/** Every command there is; keys, buttons, tooltips, hints and the key sheet are made from it. */
export const COMMANDS: CommandTable = { ...TOOLS, ...REVIEW, ...LABELS, ...VIEW, ...FILES };

function open(dialog: 'keys' | 'palette' | 'import' | 'export') {
  return ({ session }: CommandContext) => session.view.setState({ dialog });
}
