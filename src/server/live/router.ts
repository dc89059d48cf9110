import { followInput } from '@/contract/live';
import { onChart, router } from '../trpc';
import { followChart } from './follow';

export const liveRouter = router({
  chart: onChart('read')
    .input(followInput)
    .subscription(({ ctx, input, signal }) => followChart(ctx.db, input, signal)),
});
