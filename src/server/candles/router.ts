import {
  discardInput,
  gapsInput,
  importInput,
  inspectInput,
  locateInput,
  previewImportInput,
  pyramidInput,
  tilesInput,
  uploadInput,
  windowInput,
} from '@/contract/candles';
import { chartProcedure, procedureFor, router } from '../trpc';
import { discardUpload } from '../uploads/upload-files';
import { importUpload, inspectUpload, previewUpload, uploadChunk } from '../uploads/uploads';
import { findGaps, getPyramid, listTiles, locateBar, readWindow } from './data';

export const candlesRouter = router({
  pyramid: chartProcedure('read')
    .input(pyramidInput)
    .query(async ({ ctx }) => getPyramid(ctx.db, await ctx.chart)),
  tiles: chartProcedure('read')
    .input(tilesInput)
    .query(({ ctx, input }) => listTiles(ctx.db, ctx.chart, input)),
  locate: chartProcedure('read')
    .input(locateInput)
    .query(({ ctx, input: { chartId, ...at } }) => locateBar(ctx.db, chartId, at)),
  window: chartProcedure('read')
    .input(windowInput)
    .query(({ ctx, input }) => readWindow(ctx.db, input.chartId, input)),
  gaps: chartProcedure('read')
    .input(gapsInput)
    .query(async ({ ctx }) => findGaps(ctx.db, await ctx.chart)),
  upload: procedureFor('manage')
    .input(uploadInput)
    .mutation(({ ctx, input }) => uploadChunk(ctx.actor.id, input)),
  inspect: procedureFor('manage')
    .input(inspectInput)
    .query(({ ctx, input }) => inspectUpload(ctx.actor.id, input)),
  previewImport: chartProcedure('manage')
    .input(previewImportInput)
    .mutation(({ ctx, input, signal }) => previewUpload(ctx.actor.id, input, signal)),
  import: procedureFor('manage')
    .input(importInput)
    .mutation(({ ctx, input, signal }) => importUpload(ctx.actor.id, input, signal)),
  discard: procedureFor('manage')
    .input(discardInput)
    .mutation(({ ctx, input }) => discardUpload({ ...input, actorId: ctx.actor.id })),
});
