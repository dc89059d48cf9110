import { followChartsInput, followInput } from '@/contract/live';
import { chartProcedure, procedureFor, router } from '../trpc';
import { followChart, followCharts } from './follow';

export const liveRouter = router({
  chart: chartProcedure('read')
    .input(followInput)
    .subscription(({ ctx, input, signal }) =>
      followChart(ctx.db, ctx.scope, input, { signal, address: ctx.address }),
    ),
  charts: procedureFor('read')
    .input(followChartsInput)
    .subscription(({ ctx, input, signal }) =>
      followCharts(ctx.db, ctx.scope, input, { signal, address: ctx.address }),
    ),
});
