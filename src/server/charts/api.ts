import * as z from 'zod';
import {
  chartContentsSchema,
  chartOverviewSchema,
  chartPictureSchema,
  chartSchema,
  deletedChartSchema,
  MAX_CHARTS,
} from '@/contract/charts';
import type { Api } from '../api';

export const chartsApi = {
  list: { summary: 'All charts, by name.', output: z.array(chartSchema).max(MAX_CHARTS) },
  overview: {
    summary:
      'Of each chart, its spans by label, how many annotations are stale, and who worked on it last.',
    output: z.array(chartOverviewSchema).max(MAX_CHARTS),
  },
  picture: {
    summary:
      'Where a chart has spans and what of it is examined, for a small picture of its history.',
    output: chartPictureSchema,
  },
  oldDatabase: {
    summary: 'Where the data of an earlier release lies that has not been moved yet.',
    output: z.string().nullable(),
  },
  get: { summary: 'One chart.', output: chartSchema },
  contents: {
    summary: 'How much goes with the chart when it is deleted.',
    output: chartContentsSchema,
  },
  create: {
    summary: 'A new, empty chart. Where its name is taken it gets `-2`, `-3` and so on.',
    output: chartSchema,
  },
  rename: {
    summary: 'Gives the chart another name.',
    output: chartSchema,
    errors: { CONFLICT: 'Another chart has the name.' },
  },
  setExchangeZone: {
    summary:
      'Says in which time zone the chart’s exchange is, by its IANA name, for all who read it. Null takes it back.',
    output: chartSchema,
  },
  delete: {
    summary:
      'Deletes the chart with everything on it, and tells what that was. It can be restored for 30 days.',
    output: chartContentsSchema,
  },
  deleted: {
    summary: 'Deleted charts that the caller may restore, the newest first.',
    output: z.array(deletedChartSchema).max(MAX_CHARTS),
  },
  restore: {
    summary:
      'Gives a deleted chart back with everything on it. Where its name is taken meanwhile it gets `-2`, `-3` and so on.',
    output: chartSchema,
    errors: { NOT_FOUND: 'It is gone for good, or of others.' },
  },
} satisfies Api<'charts'>;
