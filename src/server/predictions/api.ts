import * as z from 'zod';
import {
  predictionConditionsSchema,
  predictionProgressSchema,
  predictionSchema,
} from '@/contract/predictions';
import { applyResult } from '@/contract/records';
import { spanSchema } from '@/contract/spans';
import type { Api } from '../api';

export const predictionsApi = {
  list: {
    summary:
      'A run’s predictions that touch the window, by start. As many as `limit` means that there may be more.',
    output: z.array(predictionSchema).max(20_000),
  },
  review: {
    summary:
      'Confirms, corrects or dismisses predictions together with the spans that say so, in one transaction. Predictions that are gone, with their run or by a newer request, are left out of the answer; the spans stay.',
    output: applyResult(spanSchema).extend({ predictions: z.array(predictionSchema).max(1_000) }),
    errors: {
      CONFLICT:
        'A span has changed, or a prediction got another review; `error.data.conflicts` has the spans as they are.',
    },
  },
  request: {
    summary:
      'Has a run’s model predict a range of a chart, charts, or all charts. The model service replaces what nobody has reviewed there, but for bars that the run was trained on.',
    output: z.object({ queued: z.int() }),
    errors: {
      CONFLICT: 'The run has no model, or one of another program.',
      NOT_FOUND: 'The run or one of the charts is not there.',
    },
  },
  progress: {
    summary: 'How far what a run is to predict has come, here and on the caller’s other charts.',
    output: predictionProgressSchema,
  },
  conditions: {
    summary:
      'What a run’s predictions on a chart rest on: how it was tested, which bars it learnt from, and whether the candles are others since.',
    output: predictionConditionsSchema,
    errors: { NOT_FOUND: 'The run is not there.' },
  },
  cancel: {
    summary: 'Takes back what a run is still to predict on charts that the caller may annotate.',
    output: z.object({ cancelled: z.int() }),
  },
} satisfies Api<'predictions'>;
