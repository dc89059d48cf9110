import { examineToCursor, examineView } from '../../examined/commands';
import { giveLabel } from '../../models/go-to-review';
import { goToNextWindow } from '../../next/command';
import { LABEL_NEXT_KEY } from '../../session/ask-next';
import { copySelected, hasCopied, pasteCopied } from '../../session/clipboard';
import {
  type Command,
  type CommandContext,
  type CommandTable,
  LABEL_KEYS,
  REVIEW_KEYS,
} from '../../session/command';
import { chooseLabel, removeSelected, selectedSpan } from '../../session/commands';
import { hotkeyLabel, hotkeysText } from '../../session/hotkeys';
import {
  rangeOf,
  selectedRecords,
  selectedSpans,
  selectedUids,
  selectVisible,
  stepAnchor,
  updateSpans,
} from '../../session/selection';
import { drawPart, endAs, isDrawingSpan } from './draw-by-key';
import {
  goToNextSpan,
  goToUnlabelled,
  moveEdge,
  moveSelected,
  sayTheSame,
  takeNearestEdge,
} from './moves';
import { openPrediction } from './verdicts';

/** What is said of spans and of bars. */
export const LABELS = {
  label: {
    title: 'Label the selected spans and the next one; ends a span that is being drawn',
    hint: 'label',
    group: 'Labels',
    keys: LABEL_KEYS,
    keysText: ({ labels }) => hotkeysText(labels),
    when: ({ labels }, key) => hotkeyLabel(labels, key) !== null,
    run(context) {
      const label = hotkeyLabel(context.session.labels, context.key);
      if (label !== null) return giveLabelTo(context, label);
    },
  },
  'label.find': {
    title: 'Type a label',
    hint: 'find a label',
    group: 'Labels',
    keys: ['/'],
    run: ({ session }) => session.view.setState({ dialog: 'labels' }),
  },
  'label.picked': {
    title: 'Give the label that was found',
    group: 'Labels',
    keys: [],
    when: ({ view }) => view.getState().pickedLabel !== null,
    async run(context) {
      const { view } = context.session;
      const { pickedLabel: label } = view.getState();
      view.setState({ pickedLabel: null });
      if (label !== null) await giveLabelTo(context, label);
    },
  },
  confidence: {
    title: 'Confidence of the selected spans',
    hint: 'confidence',
    group: 'Labels',
    keys: [1, 2, 3, 4, 5].map((digit) => `alt+${digit}`),
    keysText: () => 'Alt 1–5',
    when: (session) => selectedSpan(session) !== null,
    run: setConfidence,
  },
  delete: {
    title: 'Delete what is selected',
    hint: 'delete',
    group: 'Labels',
    keys: ['delete', 'backspace'],
    run: ({ session }) => removeSelected(session),
  },
  'select.all': {
    title: 'Select all that the list shows and the view holds; once more: all that the list shows',
    hint: 'all in view',
    group: 'Labels',
    keys: ['ctrl+a'],
    run: ({ session, chart }) => selectVisible(session, chart.visibleRange()),
  },
  'part.add': {
    title: 'Add a part to the selected span, such as the pole of a flag; once more ends it',
    hint: 'add a part',
    group: 'Labels',
    keys: ['t'],
    when: (session) => selectedSpan(session) !== null,
    run: drawPart,
  },
  copy: {
    title: 'Copy what is selected, for this chart or another one',
    hint: 'copy',
    group: 'Labels',
    keys: ['ctrl+c'],
    when: ({ view }) => view.getState().selected !== null,
    async run({ session, chart }) {
      const what = await copySelected(session, chart);
      if (what) session.view.setState({ notice: `${what} copied.` });
    },
  },
  paste: {
    title: 'Paste what was copied: at its times on another chart, else from the bar cursor on',
    hint: 'paste',
    group: 'Labels',
    keys: ['ctrl+v'],
    when: hasCopied,
    async run({ session, chart }) {
      session.view.setState({ notice: await pasteCopied(session, chart) });
    },
  },
  'anchor.previous': anchor('The one before of what is selected', 'alt+arrowleft', -1),
  'anchor.next': {
    ...anchor('The next of what is selected', 'alt+arrowright', 1),
    hint: 'next of them',
  },
  'span.next': {
    title: 'Next span',
    hint: 'next',
    group: 'Labels',
    keys: ['n'],
    run: goToNextSpan,
  },
  'label.next': {
    title: 'Label next: the window to look at now, on any chart, and why',
    hint: 'label next',
    group: 'Labels',
    keys: [LABEL_NEXT_KEY],
    run: goToNextWindow,
  },
  'unlabelled.next': {
    title: 'Next unlabelled: the next first bar without a span that nobody has examined',
    group: 'Labels',
    keys: ['shift+u'],
    run: goToUnlabelled,
  },
  'record.history': {
    title: 'History of what is selected: who changed it, and earlier versions',
    group: 'Labels',
    keys: ['shift+h'],
    when: ({ view, editor }) => {
      const { selected } = view.getState();
      const record = selected === null ? undefined : editor.get(selected);
      return record !== undefined && record.kind !== 'prediction';
    },
    run: ({ session }) => session.view.setState({ dialog: 'history' }),
  },
  'chart.history': {
    title: 'History of the chart, and how it was after any revision',
    group: 'History and files',
    keys: ['alt+h'],
    run: ({ session }) => session.view.setState({ dialog: 'revisions' }),
  },
  'examine.view': {
    title: 'The bars in view are examined',
    group: 'Labels',
    keys: ['k'],
    run: ({ session, chart }) => examineView(session, chart),
  },
  'examine.cursor': {
    title: 'Examined from the last such end to the bar cursor',
    group: 'Labels',
    keys: ['shift+k'],
    run: ({ session, chart }) => examineToCursor(session, chart),
  },
  'edge.start': {
    title: 'The arrow keys move the start of the selected span',
    group: 'Labels',
    keys: REVIEW_KEYS.edgeStart,
    when: (session) => selectedSpan(session) !== null,
    run: ({ session: { view } }) => view.setState({ edge: 'start' }),
  },
  'edge.end': {
    title: 'The arrow keys move the end of the selected span',
    group: 'Labels',
    keys: REVIEW_KEYS.edgeEnd,
    when: (session) => selectedSpan(session) !== null,
    run: ({ session: { view } }) => view.setState({ edge: 'end' }),
  },
  'edge.nearest': {
    title: 'The arrow keys move the span’s edge that is nearest to the bar cursor or the pointer',
    hint: 'nearest edge',
    group: 'Labels',
    keys: ['w'],
    // While candidates and predictions are answered no other key does anything.
    when: (session) => !session.view.getState().bestFirst && openPrediction(session) === null,
    run: takeNearestEdge,
  },
  'move.back': move('Move what is selected a bar back', ',', -1),
  'move.forward': { ...move('Move what is selected a bar forward', '.', 1), hint: 'move it' },
  'move.back10': move('Move what is selected ten bars back', '<', -10),
  'move.forward10': move('Move what is selected ten bars forward', '>', 10),
  'span.sameForNext': {
    title: 'Label, confidence, outcome and notes of the selected span for the next one as well',
    hint: 'same for next',
    group: 'Labels',
    keys: ['ctrl+d'],
    when: (session) => selectedSpan(session) !== null,
    run: sayTheSame,
  },
  'edge.back': edge('The edge a bar back', 'arrowleft', -1),
  'edge.forward': { ...edge('The edge a bar forward', 'arrowright', 1), hint: 'move the edge' },
  'edge.back3': edge('The edge three bars back', 'ctrl+arrowleft', -3),
  'edge.forward3': edge('The edge three bars forward', 'ctrl+arrowright', 3),
  'edge.back10': edge('The edge ten bars back', 'shift+arrowleft', -10),
  'edge.forward10': edge('The edge ten bars forward', 'shift+arrowright', 10),
} satisfies Partial<CommandTable>;

/** Ends the span that is drawn with the label, or gives it to what is selected and to the next span. */
async function giveLabelTo(context: CommandContext, label: string) {
  const { session, chart } = context;
  if (isDrawingSpan(session)) return endAs(context, label);
  const prediction = openPrediction(session);
  if (prediction) return giveLabel(session, chart, prediction, label);
  chooseLabel(session, label);
}

function edge(title: string, key: string, step: number): Command {
  return {
    title,
    group: 'Labels',
    keys: [key],
    when: (session) => session.view.getState().edge !== null && selectedSpan(session) !== null,
    run: moveEdge(step),
  };
}

function move(title: string, key: string, step: number): Command {
  return {
    title,
    group: 'Labels',
    keys: [key],
    when: (session) => selectedRecords(session).some(({ kind }) => kind !== 'prediction'),
    run: moveSelected(step),
  };
}

function anchor(title: string, key: string, step: 1 | -1): Command {
  return {
    title,
    group: 'Labels',
    keys: [key],
    when: ({ view }) => selectedUids(view.getState()).length > 1,
    run({ session, chart }) {
      const record = stepAnchor(session, step);
      return record ? chart.ensureVisible(rangeOf(record)[0]) : undefined;
    },
  };
}

function setConfidence({ session, key }: CommandContext) {
  const given = Number(key?.at(-1));
  if (!given) return;
  const isSaid = selectedSpans(session).every(({ confidence }) => confidence === given);
  updateSpans(session, () => ({ confidence: isSaid ? null : given }));
}
