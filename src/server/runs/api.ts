import * as z from 'zod';
import { runSummarySchema, trainingRunSchema } from '@/contract/runs';
import type { Api } from '../api';

export const runsApi = {
  queue: {
    summary: 'Queues a training run and wakes the model service.',
    output: trainingRunSchema,
    errors: { NOT_FOUND: 'One of the charts is not there.' },
  },
  list: {
    summary: 'The chart’s training runs, newest first, without their logs.',
    output: z.array(runSummarySchema).max(200),
  },
  get: { summary: 'A training run with its log.', output: trainingRunSchema },
  cancel: {
    summary: 'Ends a run that waits or is under way.',
    output: trainingRunSchema,
    errors: { CONFLICT: 'It has succeeded or failed already.' },
  },
  service: {
    summary: 'Whether a model service is connected to the database.',
    output: z.object({ connected: z.boolean() }),
  },
} satisfies Api<'runs'>;
