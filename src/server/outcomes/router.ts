import { labelOutcomesInput, spanOutcomeInput } from '@/contract/outcomes';
import { chartProcedure, router } from '../trpc';
import { getSpanOutcome, listLabelOutcomes } from './data';

export const outcomesRouter = router({
  ofSpan: chartProcedure('read')
    .input(spanOutcomeInput)
    .query(({ ctx, input }) => getSpanOutcome(ctx.db, ctx.scope, input)),
  byLabel: chartProcedure('read')
    .input(labelOutcomesInput)
    .query(({ ctx, input }) => listLabelOutcomes(ctx.db, ctx.scope, input.barriers)),
});
