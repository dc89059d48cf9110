import * as z from 'zod';
import {
  examinedChangeSchema,
  examinedCountSchema,
  examinedRangeSchema,
  labelNextAnswer,
  MAX_RANGES,
} from '@/contract/examined';
import type { Api } from '../api';

export const examinedApi = {
  list: {
    summary:
      'Ranges of bars that people have examined and that touch the window, by start. Only there does a missing label mean that there is no pattern.',
    output: z.array(examinedRangeSchema).max(MAX_RANGES),
  },
  count: {
    summary: 'How many of the chart’s candles somebody has examined, and how many there are.',
    output: examinedCountSchema,
  },
  next: {
    summary:
      'The window that the caller should look at now, over all charts or on one, and why: where the newest run’s proposals are least sure, least like what is labelled and its halves apart; without a run, on the chart of which least was examined. Nothing that overlaps an examined range or a span. The model service is asked within this call.',
    output: labelNextAnswer,
  },
  mark: {
    summary:
      'Says that the caller has examined the candles in the window. Ranges that overlap or touch become one; doing it again changes nothing.',
    output: examinedChangeSchema,
    errors: { BAD_REQUEST: 'There is no candle in the window, or no such label.' },
  },
  unmark: {
    summary: 'Takes the window out of what the caller has examined: ranges are cut or removed.',
    output: examinedChangeSchema,
  },
  revert: {
    summary:
      'Takes back what one revision did to the caller’s ranges, as one more revision. Reverting that one does it again.',
    output: examinedChangeSchema,
    errors: { NOT_FOUND: 'There is no such chart, or the revision has changed none of them.' },
  },
} satisfies Api<'examined'>;
