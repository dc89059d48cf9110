import { capitalized } from '@/components/format';
import { type CornerKind, isCornerKind } from '@/editor/kinds/kinds';
import type { Tool } from '@/editor/tools';
import { ANNOTATION_KINDS } from '../../annotate/kinds/kinds';
import { examineToCursor, examineView } from '../../examined/commands';
import { answerRest, goToReview, putOff, takeBack } from '../../models/go-to-review';
import { predictAll, predictChart, predictView } from '../../models/predict';
import { goToNextWindow } from '../../next/command';
import { addressOnBoard } from '../../review/address';
import { LABEL_NEXT_KEY } from '../../session/ask-next';
import {
  type Command,
  type CommandContext,
  type CommandTable,
  DIGITS,
  REVIEW_KEYS,
} from '../../session/command';
import {
  chooseLabel,
  dispatch,
  labelFor,
  removeRecord,
  selectedSpan,
} from '../../session/commands';
import { hotkeyLabel, hotkeysText } from '../../session/hotkeys';
import type { Session } from '../../session/session';
import { findSimilar, selectedPattern } from '../../similar/find-similar';
import { endAs, isDrawingSpan, startSegments, startSpan } from './draw-by-key';
import { goToGap, goToNextSpan, moveByView, moveCursor, moveEdge, moveToSwing } from './moves';
import { giveVerdictOn, hasAnsweredSome, labelPrediction, openPrediction } from './verdicts';

/** Every command there is; keys, buttons, tooltips, hints and the key sheet are made from it. */
export const COMMANDS: CommandTable = {
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
  'review.later': {
    title: 'Let the prediction come last',
    hint: 'later',
    group: 'Review',
    keys: REVIEW_KEYS.later,
    when: (session) => openPrediction(session) !== null,
    async run({ session, chart }) {
      const prediction = openPrediction(session);
      if (prediction) await putOff(session, chart, prediction);
    },
  },
  ...cornerTools(),
  'tool.eraser': { title: 'Eraser', group: 'Tools', keys: ['x'], run: take(() => 'eraser') },
  'annotations.hide': {
    title: 'Hide or show annotations',
    group: 'Tools',
    keys: ['h'],
    run: ({ session: { view } }) => view.setState(({ hidden }) => ({ hidden: !hidden })),
  },
  leave: {
    title: 'Drop the draft, leave the tool, drop the selection',
    hint: 'drop',
    group: 'Tools',
    keys: ['escape'],
    run: ({ session }) => void dispatch(session, { type: 'escape' }),
  },
  'review.label': {
    title: 'Confirm the prediction as another label',
    hint: 'other label',
    group: 'Review',
    keys: DIGITS,
    keysText: ({ labels }) => hotkeysText(labels),
    when: (session, key) =>
      openPrediction(session) !== null && hotkeyLabel(session.labels, key) !== null,
    run: labelPrediction,
  },
  label: {
    title: 'Label the selected span and the next one; ends a span that is being drawn',
    hint: 'label',
    group: 'Labels',
    keys: DIGITS,
    keysText: ({ labels }) => hotkeysText(labels),
    when: ({ labels }, key) => hotkeyLabel(labels, key) !== null,
    run(context) {
      const label = hotkeyLabel(context.session.labels, context.key);
      if (label === null) return;
      if (isDrawingSpan(context.session)) return endAs(context, label);
      chooseLabel(context.session, label);
    },
  },
  confidence: {
    title: 'Confidence of the selected span',
    hint: 'confidence',
    group: 'Labels',
    keys: DIGITS.slice(1, 6).map((digit) => `alt+${digit}`),
    keysText: () => 'Alt 1–5',
    when: (session) => selectedSpan(session) !== null,
    run: setConfidence,
  },
  delete: {
    title: 'Delete what is selected',
    hint: 'delete',
    group: 'Labels',
    keys: ['delete', 'backspace'],
    run({ session }) {
      const { selected } = session.view.getState();
      if (selected) removeRecord(session, selected);
    },
  },
  'review.dismiss': {
    title: 'Dismiss the prediction',
    hint: 'dismiss',
    group: 'Review',
    keys: REVIEW_KEYS.dismiss,
    when: (session) => openPrediction(session) !== null,
    run: giveVerdictOn('dismiss'),
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
  'review.next': {
    title: 'Next prediction to review',
    hint: 'next',
    group: 'Review',
    keys: ['d'],
    run: ({ session, chart }) => goToReview(session, chart, 1),
  },
  'review.previous': {
    title: 'Previous prediction to review',
    group: 'Review',
    keys: ['shift+d'],
    run: ({ session, chart }) => goToReview(session, chart, -1),
  },
  'review.confirm': {
    title: 'Confirm the prediction',
    hint: 'confirm',
    group: 'Review',
    keys: REVIEW_KEYS.confirm,
    when: (session) => openPrediction(session) !== null,
    run: giveVerdictOn('confirm'),
  },
  'review.correct': {
    title: 'Correct the prediction',
    hint: 'correct',
    group: 'Review',
    keys: REVIEW_KEYS.correct,
    when: (session) => openPrediction(session) !== null,
    run: giveVerdictOn('correct'),
  },
  'review.back': {
    title: 'Take the last answer back, and look at it again',
    hint: 'back',
    group: 'Review',
    keys: REVIEW_KEYS.back,
    when: (session) => session.view.getState().bestFirst || openPrediction(session) !== null,
    run: ({ session, chart }) => takeBack(session, chart),
  },
  'review.confirmRest': {
    title: 'Accept all candidates that are left',
    hint: 'accept the rest',
    group: 'Review',
    keys: REVIEW_KEYS.confirmRest,
    when: hasAnsweredSome,
    run: ({ session }) => answerRest(session, 'confirm'),
  },
  'review.dismissRest': {
    title: 'Reject all candidates that are left',
    hint: 'reject the rest',
    group: 'Review',
    keys: [],
    when: hasAnsweredSome,
    run: ({ session }) => answerRest(session, 'dismiss'),
  },
  'review.board': {
    title: 'Open the review board with what is proposed here',
    hint: 'review board',
    group: 'Review',
    keys: REVIEW_KEYS.change,
    run: ({ session, navigate }) => navigate(addressOnBoard(session)),
  },
  'search.similar': {
    title: 'Find what is like the selected span',
    hint: 'find similar',
    group: 'Review',
    keys: ['shift+f'],
    when: (session) => selectedPattern(session) !== null,
    run: ({ session }) => findSimilar(session),
  },
  'predict.view': {
    title: 'Predict the bars in view by the run that is shown',
    hint: 'this view',
    group: 'Review',
    keys: ['p'],
    run: predictView,
  },
  'predict.chart': {
    title: 'Predict this chart by the run that is shown',
    hint: 'this chart',
    group: 'Review',
    keys: ['shift+p'],
    run: predictChart,
  },
  'predict.all': {
    title: 'Predict all charts by the run that is shown',
    hint: 'all charts',
    group: 'Review',
    keys: [],
    run: predictAll,
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
  'edge.back': edge('The edge a bar back', 'arrowleft', -1),
  'edge.forward': edge('The edge a bar forward', 'arrowright', 1),
  'cursor.back': cursor('Bar cursor back', 'arrowleft', -1),
  'cursor.forward': { ...cursor('Bar cursor forward', 'arrowright', 1), hint: 'move' },
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
  goto: { title: 'Go to a date or a gap', group: 'View', keys: ['ctrl+g'], run: open('goto') },
  'gap.next': { title: 'Next gap between candles', group: 'View', keys: ['j'], run: goToGap(1) },
  'gap.previous': { title: 'Previous gap', group: 'View', keys: ['shift+j'], run: goToGap(-1) },
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
};

function cursor(title: string, key: string, step: number): Command {
  return { title, group: 'View', keys: [key], run: moveCursor(step) };
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

function setConfidence({ session, key }: CommandContext) {
  const span = selectedSpan(session);
  const confidence = Number(key?.at(-1));
  if (!span || !confidence) return;
  session.editor.update(span, { confidence: span.confidence === confidence ? null : confidence });
}

function open(dialog: 'goto' | 'keys' | 'palette' | 'import' | 'export') {
  return ({ session }: CommandContext) => session.view.setState({ dialog });
}
