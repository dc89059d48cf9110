import { followInput } from '@/contract/live';
import { chartProcedure, router } from '../trpc';
import { followChart } from './follow';

export const liveRouter = router({
  chart: chartProcedure('read')
    .input(followInput)
    .subscription(({ ctx, input, signal }) => followChart(ctx.db, ctx.scope, input, signal)),
});
