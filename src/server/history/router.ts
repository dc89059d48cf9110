import { asOfInput, listEntriesInput, listRevisionsInput, restoreInput } from '@/contract/history';
import { onChart, router } from '../trpc';
import { listEntries, listRevisions, readAsOf, restore } from './data';

export const historyRouter = router({
  revisions: onChart('read')
    .input(listRevisionsInput)
    .query(({ ctx, input }) => listRevisions(ctx.db, input)),
  entries: onChart('read')
    .input(listEntriesInput)
    .query(({ ctx, input }) => listEntries(ctx.db, input)),
  asOf: onChart('read')
    .input(asOfInput)
    .query(async ({ ctx, input }) => readAsOf(ctx.db, await ctx.chart, input)),
  restore: onChart('annotate')
    .input(restoreInput)
    .mutation(({ ctx, input }) => restore(ctx.db, { ...input, actorId: ctx.actor.id })),
});
