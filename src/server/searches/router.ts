import {
  listSearchesInput,
  liveSearchInput,
  rankSearchInput,
  startSearchInput,
} from '@/contract/searches';
import { chartProcedure, router } from '../trpc';
import { listSearches, rankSearch, searchLive, startSearch } from './data';

export const searchesRouter = router({
  start: chartProcedure('annotate')
    .input(startSearchInput)
    .mutation(({ ctx, input }) => startSearch(ctx.db, ctx.scope, input)),
  rank: chartProcedure('annotate')
    .input(rankSearchInput)
    .mutation(({ ctx, input }) => rankSearch(ctx.db, ctx.scope, input)),
  live: chartProcedure('read')
    .input(liveSearchInput)
    .query(({ ctx, input, signal }) => searchLive(ctx.db, ctx.scope, input, signal)),
  list: chartProcedure('read')
    .input(listSearchesInput)
    .query(({ ctx, input }) => listSearches(ctx.db, ctx.scope, input)),
});
