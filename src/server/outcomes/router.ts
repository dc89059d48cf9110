import { labelOutcomesInput, outcomeAfterInput } from '@/contract/outcomes';
import { chartProcedure, router } from '../trpc';
import { getOutcomeAfter, listLabelOutcomes } from './data';

export const outcomesRouter = router({
  after: chartProcedure('read')
    .input(outcomeAfterInput)
    .query(({ ctx, input }) => getOutcomeAfter(ctx.db, ctx.scope, input)),
  byLabel: chartProcedure('read')
    .input(labelOutcomesInput)
    .query(({ ctx, input }) => listLabelOutcomes(ctx.db, ctx.scope, input.barriers)),
});
