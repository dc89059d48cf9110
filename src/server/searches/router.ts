import { listSearchesInput, startSearchInput } from '@/contract/searches';
import { chartProcedure, router } from '../trpc';
import { listSearches, startSearch } from './data';

export const searchesRouter = router({
  start: chartProcedure('annotate')
    .input(startSearchInput)
    .mutation(({ ctx, input }) => startSearch(ctx.db, ctx.scope, input)),
  list: chartProcedure('read')
    .input(listSearchesInput)
    .query(({ ctx, input }) => listSearches(ctx.db, ctx.scope, input)),
});
