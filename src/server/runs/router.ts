import { listPredictionsInput, reviewInput } from '@/contract/predictions';
import { listRunsInput, runInput, runParams } from '@/contract/runs';
import { listPredictions, reviewPredictions } from '../predictions/data';
import { allowed, onChart, router } from '../trpc';
import { cancelRun, getRun, getServiceState, listRuns, queueRun } from './data';

export const modelsRouter = router({
  queue: allowed('review')
    .input(runParams)
    .mutation(({ ctx, input }) => queueRun(ctx.db, ctx.actor.id, input)),
  list: onChart('read')
    .input(listRunsInput)
    .query(({ ctx, input }) => listRuns(ctx.db, input)),
  get: allowed('read')
    .input(runInput)
    .query(({ ctx, input }) => getRun(ctx.db, input.runId)),
  cancel: allowed('review')
    .input(runInput)
    .mutation(({ ctx, input }) => cancelRun(ctx.db, input.runId)),
  predictions: onChart('read')
    .input(listPredictionsInput)
    .query(({ ctx, input }) => listPredictions(ctx.db, input)),
  review: onChart('annotate')
    .input(reviewInput)
    .mutation(({ ctx, input }) => reviewPredictions(ctx.db, ctx.actor.id, input)),
  service: allowed('read').query(({ ctx }) => getServiceState(ctx.db)),
});
