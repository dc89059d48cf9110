import { asOfInput, listEntriesInput, listRevisionsInput, restoreInput } from '@/contract/history';
import { chartProcedure, router } from '../trpc';
import { listEntries, listRevisions, readAsOf, restore } from './data';

export const historyRouter = router({
  revisions: chartProcedure('read')
    .input(listRevisionsInput)
    .query(({ ctx, input }) => listRevisions(ctx.db, ctx.scope, input)),
  entries: chartProcedure('read')
    .input(listEntriesInput)
    .query(({ ctx, input }) => listEntries(ctx.db, ctx.scope, input)),
  asOf: chartProcedure('read')
    .input(asOfInput)
    .query(({ ctx, input }) => readAsOf(ctx.db, ctx.scope, input)),
  restore: chartProcedure('annotate')
    .input(restoreInput)
    .mutation(({ ctx, input }) => restore(ctx.db, ctx.scope, input)),
});
