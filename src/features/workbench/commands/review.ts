import { answerRest, goToReview, putOff, showReopened } from '../../models/go-to-review';
import { predictAll, predictChart, predictView } from '../../models/predict';
import { addressOnBoard } from '../../review/address';
import {
  type CommandContext,
  type CommandTable,
  LABEL_KEYS,
  REVIEW_KEYS,
} from '../../session/command';
import { hotkeyLabel, hotkeysText } from '../../session/hotkeys';
import { keptText } from '../../session/kept-text';
import { findSimilar, selectedPattern } from '../../similar/find-similar';
import { giveVerdictOn, hasAnsweredSome, labelPrediction, openPrediction } from './verdicts';

/** Where there is nothing to review the panel says why: that is read still, or held back by the threshold. */
async function reviewFrom({ session, chart }: CommandContext, step: 1 | -1) {
  const isFound = await goToReview(session, chart, step);
  if (!isFound) session.view.setState({ tab: 'models', panelOpen: true });
}

/** Answers to predictions and candidates, and where they come from. */
export const REVIEW = {
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
  'review.label': {
    title: 'Confirm the prediction as another label',
    hint: 'other label',
    group: 'Review',
    keys: LABEL_KEYS,
    keysText: ({ labels }) => hotkeysText(labels),
    when: (session, key) =>
      openPrediction(session) !== null && hotkeyLabel(session.labels, key) !== null,
    run: labelPrediction,
  },
  'review.dismiss': {
    title: 'Dismiss the prediction',
    hint: 'dismiss',
    group: 'Review',
    keys: REVIEW_KEYS.dismiss,
    when: (session) => openPrediction(session) !== null,
    run: giveVerdictOn('dismiss'),
  },
  'review.next': {
    title: 'Next prediction to review',
    hint: 'next',
    group: 'Review',
    keys: ['d'],
    run: (context) => reviewFrom(context, 1),
  },
  'review.previous': {
    title: 'Previous prediction to review',
    group: 'Review',
    keys: ['shift+d'],
    run: (context) => reviewFrom(context, -1),
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
    run({ session, chart }) {
      const step = session.editor.undo();
      const notice = step && keptText(step, 'undo');
      if (notice) session.view.setState({ notice });
      return showReopened(session, chart, step);
    },
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
    keys: REVIEW_KEYS.dismissRest,
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
} satisfies Partial<CommandTable>;
