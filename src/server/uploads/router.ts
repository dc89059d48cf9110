import {
  appendInput,
  discardInput,
  importInput,
  inspectInput,
  outcomeInput,
  previewImportInput,
  rangeInput,
} from '@/contract/uploads';
import { chartProcedure, procedureFor, router } from '../trpc';
import { outcomeOf } from './outcomes';
import { discardUpload } from './upload-files';
import {
  appendToUpload,
  importUpload,
  inspectUpload,
  previewUpload,
  rangeOfUpload,
} from './uploads';

export const uploadsRouter = router({
  append: procedureFor('manage')
    .input(appendInput)
    .mutation(({ ctx, input }) => appendToUpload(ctx.scope, input)),
  inspect: procedureFor('manage')
    .input(inspectInput)
    .query(({ ctx, input }) => inspectUpload(ctx.scope, input)),
  range: procedureFor('manage')
    .input(rangeInput)
    .query(({ ctx, input }) => rangeOfUpload(ctx.scope, input)),
  previewImport: chartProcedure('manage')
    .input(previewImportInput)
    .mutation(({ ctx, input, signal }) => previewUpload(ctx.scope, input, signal)),
  import: procedureFor('manage')
    .input(importInput)
    .mutation(({ ctx, input, signal }) => importUpload(ctx.scope, input, signal)),
  outcome: procedureFor('annotate')
    .input(outcomeInput)
    .query(({ ctx, input }) => outcomeOf({ ...input, actorId: ctx.actor.id })),
  discard: procedureFor('manage')
    .input(discardInput)
    .mutation(({ ctx, input }) => discardUpload({ ...input, actorId: ctx.actor.id })),
});
