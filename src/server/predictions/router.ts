import {
  cancelPredictionsInput,
  listPredictionsInput,
  predictionConditionsInput,
  predictionProgressInput,
  requestPredictionsInput,
  reviewInput,
} from '@/contract/predictions';
import { chartProcedure, procedureFor, router } from '../trpc';
import {
  cancelPredictions,
  listPredictions,
  readPredictionConditions,
  readPredictionProgress,
  requestPredictions,
  reviewPredictions,
} from './data';

export const predictionsRouter = router({
  list: chartProcedure('read')
    .input(listPredictionsInput)
    .query(({ ctx, input }) => listPredictions(ctx.db, ctx.scope, input)),
  review: chartProcedure('annotate')
    .input(reviewInput)
    .mutation(({ ctx, input }) => reviewPredictions(ctx.db, ctx.scope, input)),
  request: procedureFor('annotate')
    .input(requestPredictionsInput)
    .mutation(({ ctx, input }) => requestPredictions(ctx.db, ctx.scope, input)),
  progress: chartProcedure('read')
    .input(predictionProgressInput)
    .query(({ ctx, input }) => readPredictionProgress(ctx.db, ctx.scope, input)),
  conditions: chartProcedure('read')
    .input(predictionConditionsInput)
    .query(({ ctx, input }) => readPredictionConditions(ctx.db, ctx.scope, input)),
  cancel: procedureFor('annotate')
    .input(cancelPredictionsInput)
    .mutation(({ ctx, input }) => cancelPredictions(ctx.db, ctx.scope, input)),
});
