import {
  gapsInput,
  locateInput,
  measureInput,
  pyramidInput,
  tilesInput,
  windowInput,
} from '@/contract/candles';
import { chartProcedure, router, scopedProcedure } from '../trpc';
import { findGaps, getPyramid, listTiles, locateBar, measureRanges, readWindow } from './data';

export const candlesRouter = router({
  pyramid: chartProcedure('read')
    .input(pyramidInput)
    .query(async ({ ctx }) => getPyramid(ctx.db, ctx.scope, await ctx.chart)),
  tiles: scopedProcedure('read')
    .input(tilesInput)
    .query(({ ctx, input }) => listTiles(ctx.db, ctx.scope, input)),
  locate: chartProcedure('read')
    .input(locateInput)
    .query(({ ctx, input }) => locateBar(ctx.db, ctx.scope, input)),
  window: chartProcedure('read')
    .input(windowInput)
    .query(({ ctx, input }) => readWindow(ctx.db, ctx.scope, input)),
  measure: chartProcedure('read')
    .input(measureInput)
    .query(({ ctx, input }) => measureRanges(ctx.db, ctx.scope, input.ranges)),
  gaps: chartProcedure('read')
    .input(gapsInput)
    .query(async ({ ctx }) => findGaps(ctx.db, ctx.scope, await ctx.chart)),
});
