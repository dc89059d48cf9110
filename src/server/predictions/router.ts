import { listPredictionsInput, reviewInput } from '@/contract/predictions';
import { chartProcedure, router } from '../trpc';
import { listPredictions, reviewPredictions } from './data';

export const predictionsRouter = router({
  list: chartProcedure('read')
    .input(listPredictionsInput)
    .query(({ ctx, input }) => listPredictions(ctx.db, ctx.scope, input)),
  review: chartProcedure('annotate')
    .input(reviewInput)
    .mutation(({ ctx, input }) => reviewPredictions(ctx.db, ctx.scope, input)),
});
