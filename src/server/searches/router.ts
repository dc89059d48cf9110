import {
  listAllSearchesInput,
  listSearchesInput,
  liveSearchInput,
  rankSearchInput,
  startSearchInput,
} from '@/contract/searches';
import { chartProcedure, procedureFor, router } from '../trpc';
import { listAllSearches, listSearches, rankSearch, searchLive, startSearch } from './data';

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
  all: procedureFor('read')
    .input(listAllSearchesInput)
    .query(({ ctx, input }) => listAllSearches(ctx.db, ctx.scope, input)),
});
