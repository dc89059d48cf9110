import {
  applyAnnotationsInput,
  bulkDeleteAnnotationsInput,
  countAnnotationsInput,
  createAnnotationTypeInput,
  listAnnotationsInput,
  updateAnnotationTypeInput,
} from '@/contract/annotations';
import { reorderTypesInput, typeInput } from '@/contract/labels';
import { createType, deleteType, reorderTypes, updateType } from '../records/label-sets';
import { chartProcedure, procedureFor, router, scopedProcedure } from '../trpc';
import {
  annotationTypeSet,
  applyAnnotations,
  countAnnotationsByType,
  deleteAnnotations,
  listAnnotations,
  listAnnotationTypes,
} from './data';

export const annotationsRouter = router({
  types: procedureFor('read').query(({ ctx }) => listAnnotationTypes(ctx.db)),
  createType: procedureFor('manage')
    .input(createAnnotationTypeInput)
    .mutation(({ ctx, input }) => createType(ctx.db, annotationTypeSet, input)),
  updateType: procedureFor('manage')
    .input(updateAnnotationTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, annotationTypeSet, ctx.actor.id, input)),
  reorderTypes: procedureFor('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, annotationTypeSet, input.ids)),
  deleteType: procedureFor('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, annotationTypeSet, input.id)),
  list: scopedProcedure('read')
    .input(listAnnotationsInput)
    .query(({ ctx, input: { chartId, ...filter } }) => listAnnotations(ctx.db, chartId, filter)),
  counts: chartProcedure('read')
    .input(countAnnotationsInput)
    .query(({ ctx, input: { chartId, ...filter } }) =>
      countAnnotationsByType(ctx.db, chartId, filter),
    ),
  save: scopedProcedure('annotate')
    .input(applyAnnotationsInput)
    .mutation(({ ctx, input }) => applyAnnotations(ctx.db, { ...input, actorId: ctx.actor.id })),
  bulkDelete: chartProcedure('annotate')
    .input(bulkDeleteAnnotationsInput)
    .mutation(({ ctx, input: { chartId, ...filter } }) =>
      deleteAnnotations(ctx.db, { chartId, filter, actorId: ctx.actor.id }),
    ),
});
