import * as z from 'zod';
import { liveAnswer, searchSchema } from '@/contract/searches';
import type { Api } from '../api';

export const searchesApi = {
  start: {
    summary:
      'Has the model service look for the windows most like the candles from startTime to endTime. They come as predictions of the run that the answer names, to be reviewed like others; earlier searches of the caller on this chart that nobody has answered are dropped.',
    output: searchSchema,
    errors: { NOT_FOUND: 'The chart, or one of the other charts, is not there.' },
  },
  rank: {
    summary:
      'Has the candidates of a search found anew from the answers so far. Those that were answered stay, and those to keep; a search that is under way stays as it is.',
    output: searchSchema,
  },
  live: {
    summary:
      'The windows of the chart most like the candles from startTime to endTime, best first and of three lengths, found by the model service within this call; nothing is stored. Without a service, or where there is no shape to look for, it says so.',
    output: liveAnswer,
  },
  list: {
    summary: 'Searches that this chart is part of, newest first.',
    output: z.array(searchSchema).max(100),
  },
  all: {
    summary: 'Searches on any of the caller’s charts, newest first.',
    output: z.array(searchSchema).max(100),
  },
} satisfies Api<'searches'>;
