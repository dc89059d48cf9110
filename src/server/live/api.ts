import { chartEvent, followedEvent } from '@/contract/live';
import type { Api } from '../api';

const TOO_MANY = {
  TOO_MANY_REQUESTS:
    '100 streams of yours, 200 of your address, or 1,000 of all people are open already.',
};

export const liveApi = {
  chart: {
    summary:
      'Every revision of the chart after `since`, each once and in order, as it happens; it goes on where it was when the connection is made anew. `resync` says that there are too many to tell: read all again. With a `dataRev`, `candles` says that an import has changed them.',
    output: chartEvent,
    stream: true,
    errors: TOO_MANY,
  },
  charts: {
    summary:
      'As `live.chart`, of several charts over one stream, each event with its chart; revisions within a quarter of a second come as one, with the rows as the last of them left them. A null in its place says that the chart is there no more, or never was; the others go on.',
    output: followedEvent,
    stream: true,
    errors: TOO_MANY,
  },
} satisfies Api<'live'>;
