import { SearchX } from 'lucide-react';
import { NEGATIVE_LABEL } from '@/contract/spans';
import { predictionsOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Records } from '@/editor/records';
import { relationOf, spansNear } from '../../models/review-queue';
import {
  bestFirst,
  candidateOf,
  ofPredictions,
  predictionOf,
  setOf,
  teachesMost,
} from './predictions';
import type { ReviewSource } from './source';

/**
 * Spans of people that models which had not learnt from them did not find. A yes leaves the span, with
 * the edges that are given; a no has it say that there is no pattern.
 */
export const missed: ReviewSource = {
  ...ofPredictions,
  name: 'Missed by the model',
  question: () => 'Not found by the model: is it right?',
  icon: SearchX,
  scoreName: 'Not found',
  nothing:
    'Nothing yet: once a run has finished, spans that its models did not find where they had not learnt from them come here.',
  orders: [{ ...bestFirst, name: 'Least expected first' }, teachesMost],
  readSets: async (client) =>
    (await client.runs.waiting.query({ of: 'missed', limit: 1 })).map((run) => ({
      ...setOf(run),
      title: () => 'Missed by the model',
    })),
  candidates(records, { id }) {
    return predictionsOf(records)
      .filter((record) => record.runId === id && spanOf(records, record) !== null)
      .map(candidateOf);
  },
  answer({ editor }, uid, { label, startTime, endTime, inBulk = false }) {
    const records = editor.records();
    const record = predictionOf(records, uid);
    const span = record && spanOf(records, record);
    if (!record || !span) return;
    const isSame =
      label === record.label && startTime === record.startTime && endTime === record.endTime;
    const status = label === NEGATIVE_LABEL ? 'dismissed' : isSame ? 'confirmed' : 'corrected';
    editor.gesture(() => {
      editor.update(span, { label, startTime, endTime });
      editor.update(record, { status, spanUid: span.uid, inBulk });
    });
  },
};

/** The span that is asked about, or was; null once it is gone or says something else. */
function spanOf(records: Records, asked: PredictionRecord): SpanRecord | null {
  if (asked.spanUid !== null) {
    const said = records.get(asked.spanUid);
    return said?.kind === 'span' ? said : null;
  }
  const own = spansNear(records, asked).filter(({ label }) => label === asked.label);
  const relation = relationOf(asked, own);
  return relation.type === 'agrees' ? relation.span : null;
}
