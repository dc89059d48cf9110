import * as z from 'zod';
import { predictionSchema } from '@/contract/predictions';
import { applyResult } from '@/contract/records';
import { runSummarySchema, trainingRunSchema } from '@/contract/runs';
import { spanSchema } from '@/contract/spans';
import type { Api } from '../api';

export const modelsApi = {
  queue: {
    does: 'Queues a training run and wakes the model service.',
    answers: trainingRunSchema,
    errors: { NOT_FOUND: 'One of the charts is not there.' },
  },
  list: {
    does: 'The chart’s training runs, newest first, without their logs.',
    answers: z.array(runSummarySchema).max(200),
  },
  get: { does: 'A training run with its log.', answers: trainingRunSchema },
  cancel: {
    does: 'Ends a run that waits or is under way.',
    answers: trainingRunSchema,
    errors: { CONFLICT: 'It has succeeded or failed already.' },
  },
  predictions: {
    does: 'A run’s predictions that touch the window, by start.',
    answers: z.array(predictionSchema).max(20_000),
  },
  review: {
    does: 'Confirms, corrects or dismisses predictions together with the spans that say so, in one transaction.',
    answers: applyResult(spanSchema).extend({ predictions: z.array(predictionSchema).max(1_000) }),
    errors: {
      CONFLICT:
        'A span has changed, or a prediction got another review; `error.data.conflicts` has the spans as they are.',
    },
  },
  service: {
    does: 'Whether a model service is connected to the database.',
    answers: z.object({ connected: z.boolean() }),
  },
} satisfies Api<'models'>;
