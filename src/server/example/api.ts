import { openedExampleSchema } from '@/contract/example';
import type { Api } from '../api';

export const exampleApi = {
  open: {
    summary:
      'The caller’s example: S&P 500 days with 60 spans that a rule found, the bars that it went through as examined, and a training run in the queue. It is made where the caller has none; deleting its chart takes it all away.',
    output: openedExampleSchema,
    errors: {
      CONFLICT: 'A chart with other candles has its name.',
      NOT_FOUND: 'The file of its candles, which npm installs, is not there.',
    },
  },
} satisfies Api<'example'>;
