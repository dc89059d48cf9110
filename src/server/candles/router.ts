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
import { allowed, onChart, router } from '../trpc';
import { discardUpload } from '../uploads/upload-files';
import { importUpload, inspectUpload, previewUpload, uploadChunk } from '../uploads/uploads';
import { findGaps, getPyramid, listTiles, locateBar, readWindow } from './data';

export const candlesRouter = router({
  pyramid: onChart('read')
    .input(pyramidInput)
    .query(async ({ ctx }) => getPyramid(ctx.db, await ctx.chart)),
  tiles: onChart('read')
    .input(tilesInput)
    .query(({ ctx, input }) => listTiles(ctx.db, ctx.chart, input)),
  locate: onChart('read')
    .input(locateInput)
    .query(({ ctx, input: { chartId, ...at } }) => locateBar(ctx.db, chartId, at)),
  window: onChart('read')
    .input(windowInput)
    .query(({ ctx, input }) => readWindow(ctx.db, input.chartId, input)),
  gaps: onChart('read')
    .input(gapsInput)
    .query(async ({ ctx }) => findGaps(ctx.db, await ctx.chart)),
  upload: allowed('manage')
    .input(uploadInput)
    .mutation(({ ctx, input }) => uploadChunk(ctx.actor.id, input)),
  inspect: allowed('manage')
    .input(inspectInput)
    .query(({ ctx, input }) => inspectUpload(ctx.actor.id, input)),
  previewImport: onChart('manage')
    .input(previewImportInput)
    .mutation(({ ctx, input, signal }) => previewUpload(ctx.actor.id, input, signal)),
  import: allowed('manage')
    .input(importInput)
    .mutation(({ ctx, input, signal }) => importUpload(ctx.actor.id, input, signal)),
  discard: allowed('manage')
    .input(discardInput)
    .mutation(({ ctx, input }) => discardUpload({ ...input, actorId: ctx.actor.id })),
});
