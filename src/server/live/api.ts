import { chartEvent } from '@/contract/live';
import type { Api } from '../api';

export const liveApi = {
  chart: {
    summary:
      'Every revision of the chart after `since`, each once and in order, as it happens; it goes on where it was when the connection is made anew. `resync` says that there are too many to tell: read all again. With a `dataRev`, `candles` says that an import has changed them.',
    output: chartEvent,
    stream: true,
    errors: { TOO_MANY_REQUESTS: '200 windows are following charts already.' },
  },
} satisfies Api<'live'>;
