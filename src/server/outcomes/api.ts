import * as z from 'zod';
import { barrierOutcomeSchema, labelOutcomesSchema } from '@/contract/outcomes';
import type { Api } from '../api';

export const outcomesApi = {
  ofSpan: {
    summary:
      'What came after a span, by three barriers: take profit, stop and time. Null where fewer than 15 candles end with the span, none comes after it, or prices do not move.',
    output: barrierOutcomeSchema.nullable(),
    errors: { NOT_FOUND: 'The chart has no such span.' },
  },
  byLabel: {
    summary:
      'What came after the spans of each label, and how often the take profit was touched first. Spans whose bars overlap count as fewer.',
    output: z.array(labelOutcomesSchema).max(2_000),
  },
} satisfies Api<'outcomes'>;
