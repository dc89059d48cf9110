import * as z from 'zod';
import { predictionSchema } from '@/contract/predictions';
import { applyResult } from '@/contract/records';
import { spanSchema } from '@/contract/spans';
import type { Api } from '../api';

export const predictionsApi = {
  list: {
    summary: 'A run’s predictions that touch the window, by start.',
    output: z.array(predictionSchema).max(20_000),
  },
  review: {
    summary:
      'Confirms, corrects or dismisses predictions together with the spans that say so, in one transaction.',
    output: applyResult(spanSchema).extend({ predictions: z.array(predictionSchema).max(1_000) }),
    errors: {
      CONFLICT:
        'A span has changed, or a prediction got another review; `error.data.conflicts` has the spans as they are.',
    },
  },
} satisfies Api<'predictions'>;
