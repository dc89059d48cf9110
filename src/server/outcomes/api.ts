import * as z from 'zod';
import { barrierOutcomeSchema, labelOutcomesSchema } from '@/contract/outcomes';
import type { Api } from '../api';

export const outcomesApi = {
  after: {
    summary:
      'What came after a span that ends at a time, by three barriers: take profit, stop and time. Null where fewer than 15 candles end with it, none comes after it, or prices do not move.',
    output: barrierOutcomeSchema.nullable(),
  },
  byLabel: {
    summary:
      'What came after the spans of each label, and how often the take profit was touched first. Spans whose bars overlap count as fewer.',
    output: z.array(labelOutcomesSchema).max(2_000),
  },
} satisfies Api<'outcomes'>;
