import type { OverlayItem } from '@/chart/kinds/kinds';
import { formatScore } from '@/components/format';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { Doubt } from '../../session/doubts';
import { labelStyle } from '../../session/label-style';
import { timesOf } from '../../session/time-zone';
import type { AnnotationKind } from './kind';

/** Whether a person still has to say what they think of a prediction, at this threshold. */
const isOpen = ({ status, score }: PredictionRecord, minScore: number) =>
  status === 'new' && score >= minScore;

/** What only was learnt from is as good as the run's figures; the rest is not. */
const badgeOf = (doubts: readonly Doubt[]) =>
  doubts.length === 0 ? null : doubts.every((doubt) => doubt === 'learnt') ? 'note' : 'caution';

export const prediction: AnnotationKind<PredictionRecord, OverlayItem<'prediction'>> = {
  name: 'prediction',
  key: null,
  group: null,
  tools: () => [],
  overlayItem(record, { labels, selected, minScore, doubts }) {
    if (!isOpen(record, minScore)) return null;
    const { uid, startTime, endTime, score, label } = record;
    return {
      uid,
      startTime,
      endTime,
      score: formatScore(score),
      selected: uid === selected,
      badge: badgeOf(doubts(record)),
      ...labelStyle(labels, label),
    };
  },
  // The models panel lists and reviews them.
  panel: null,
  conflictLines: ({ labels, chart }, prediction) => [
    ['Label', labelStyle(labels, prediction.label).text, ['label']],
    [
      'Range',
      timesOf(chart).range(prediction.startTime, prediction.endTime),
      ['startTime', 'endTime'],
    ],
    ['Review', prediction.status, ['status']],
  ],
};
