import { type AnnotationFields, completeAnnotation } from '@/contract/annotations';
import { candleAnchor } from '../anchor';
import type { KindDefinition, Stored } from './kind';

/** An annotation of one bar. */
export type MarkerRecord = AnnotationFields & Stored<'marker'>;

export const marker: KindDefinition<MarkerRecord, 'body'> = {
  storage: { entity: 'annotation' },
  parts: { body: 'move' },
  anchors: ({ time }) => [candleAnchor(time)],
  fieldsAt: ([at]) => (at ? { time: at.time } : {}),
  draw: {
    steps: 1,
    create: (uid, labelType, [at]) =>
      at
        ? { kind: 'marker', uid, id: null, ...completeAnnotation({ labelType, time: at.time }) }
        : null,
  },
};
