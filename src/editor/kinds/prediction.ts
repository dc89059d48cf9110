import type { Prediction } from '@/contract/predictions';
import { candleAnchor } from '../anchor';
import type { KindDefinition } from './kind';

/** A span that a run proposes; a person changes its status, never its range. */
export type PredictionRecord = Prediction & { kind: 'prediction'; uid: string };

const predictionUid = (id: number) => `prediction:${id}`;
export const PREDICTION_UID = /^prediction:\d{1,10}$/;

export function toPredictionRecord(prediction: Prediction): PredictionRecord {
  return { ...prediction, kind: 'prediction', uid: predictionUid(prediction.id) };
}

export const prediction: KindDefinition<PredictionRecord, 'pill'> = {
  storage: { entity: 'prediction' },
  parts: { pill: 'select' },
  inseparable: ['status', 'spanUid', 'inBulk'],
  anchors: ({ startTime, endTime }) => [candleAnchor(startTime), candleAnchor(endTime)],
  fieldsAt: null,
  draw: null,
};
