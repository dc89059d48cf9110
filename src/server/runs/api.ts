import * as z from 'zod';
import { runSummarySchema, trainingRunSchema, waitingRunSchema } from '@/contract/runs';
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
  all: {
    summary: 'Training runs on any of the caller’s charts, newest first, without their logs.',
    output: z.array(runSummarySchema).max(200),
  },
  waiting: {
    summary:
      'The newest finished runs, each with how many of its predictions wait for an answer on the charts that the caller may annotate.',
    output: z.array(waitingRunSchema).max(20),
  },
  get: { summary: 'A training run with its log.', output: trainingRunSchema },
  cancel: {
    summary: 'Ends a run that waits or is under way.',
    output: trainingRunSchema,
    errors: { CONFLICT: 'It has succeeded or failed already.' },
  },
  rename: {
    summary: 'Gives the run a name, or takes it away.',
    output: trainingRunSchema,
  },
  delete: {
    summary:
      'Deletes a run that has ended, with its predictions. Spans that reviews made of them stay.',
    output: z.void(),
    errors: { CONFLICT: 'The run is queued or running; cancel it first.' },
  },
  service: {
    summary: 'Whether a model service is connected to the database.',
    output: z.object({ connected: z.boolean() }),
  },
} satisfies Api<'runs'>;
