import { SpellCheck } from 'lucide-react';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Editor } from '@/editor/editor';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Records } from '@/editor/records';
import { iou, spansNear } from '../../models/review-queue';
import { answerPrediction } from '../../session/commands';
import { bestFirst, ofPredictions, predictionOf, setOf, teachesMost } from './predictions';
import type { ReviewSource } from './source';

/** IoU from which on a span is the one that is likely wrong, as the model service has it. */
const NEAR = 0.15;

/**
 * Labels that are likely wrong, by what models said that had not learnt from them. A yes changes the span
 * that is there, or makes the one that is missing; a no leaves it as it is. Another answer takes the place of the first.
 */
export const errors: ReviewSource = {
  ...ofPredictions,
  name: 'Label errors',
  question(records, uid, nameOf) {
    const record = predictionOf(records, uid);
    const wrong = record && spanAt(records, record);
    if (!wrong) return 'Not labelled: add it?';
    const isSame = wrong.label === record.label;
    const now = nameOf(wrong.label);
    return isSame ? `Labelled ${now} with other edges: move them?` : `Labelled ${now}: change it?`;
  },
  icon: SpellCheck,
  scoreName: 'How likely wrong',
  nothing:
    'Nothing yet: once a run has finished, labels that it finds doubtful come here, the likeliest errors first.',
  orders: [{ ...bestFirst, name: 'Likeliest first' }, teachesMost],
  readSets: async (client) =>
    (await client.runs.waiting.query({ of: 'label-errors', limit: 1 })).map((run) => ({
      ...setOf(run),
      title: () => 'Possible label errors',
    })),
  answerTo(records, uid) {
    const record = predictionOf(records, uid);
    // The span that a no leaves may have the very label that is proposed, with other edges.
    if (record?.status === 'dismissed') return NEGATIVE_LABEL;
    return ofPredictions.answerTo(records, uid);
  },
  answer({ editor }, uid, says) {
    const record = predictionOf(editor.records(), uid);
    if (!record) return;
    const wrong = spanOf(editor.records(), record);
    if (!wrong) return answerPrediction({ editor }, record, says);
    const known = originals.get(editor) ?? new Map<string, Said>();
    originals.set(editor, known);
    if (record.status === 'new') known.set(uid, saidOf(wrong));
    const isNo = says.label === NEGATIVE_LABEL;
    const said = isNo ? known.get(uid) : saidOf(says);
    editor.gesture(() => {
      if (said) editor.update(wrong, said);
      const status = isNo ? 'dismissed' : 'corrected';
      editor.update(record, { status, spanUid: wrong.uid, inBulk: says.inBulk ?? false });
    });
  },
};

type Said = Pick<SpanRecord, 'label' | 'startTime' | 'endTime'>;
const saidOf = ({ label, startTime, endTime }: Said): Said => ({ label, startTime, endTime });

/** What spans said before the first answer here, by proposal: whoever says no after a yes wants that back. */
const originals = new WeakMap<Editor, Map<string, Said>>();

/** The span that an answer is about, also a later one; null where it is missing, or was made by an answer. */
function spanOf(records: Records, record: PredictionRecord): SpanRecord | null {
  if (record.status === 'new') return spanAt(records, record);
  const span = record.spanUid === null ? undefined : records.get(record.spanUid);
  if (span?.kind !== 'span' || span.modelPrediction?.predictionId === record.id) return null;
  return span;
}

/** The span that the proposal is about; null where one is missing. */
function spanAt(records: Records, proposal: PredictionRecord): SpanRecord | null {
  let best: SpanRecord | null = null;
  for (const span of spansNear(records, proposal, NEAR)) {
    if (span.label === NEGATIVE_LABEL) continue;
    const part = iou(span, proposal);
    if (part >= NEAR && (!best || part > iou(best, proposal))) best = span;
  }
  return best;
}
