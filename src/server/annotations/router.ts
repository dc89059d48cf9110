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
import { allowed, onChart, provingChart, router } from '../trpc';
import {
  annotationTypeSet,
  applyAnnotations,
  countAnnotationsByType,
  deleteAnnotations,
  listAnnotations,
  listAnnotationTypes,
} from './data';

export const annotationsRouter = router({
  types: allowed('read').query(({ ctx }) => listAnnotationTypes(ctx.db)),
  createType: allowed('manage')
    .input(createAnnotationTypeInput)
    .mutation(({ ctx, input }) => createType(ctx.db, annotationTypeSet, input)),
  updateType: allowed('manage')
    .input(updateAnnotationTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, annotationTypeSet, ctx.actor.id, input)),
  reorderTypes: allowed('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, annotationTypeSet, input.ids)),
  deleteType: allowed('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, annotationTypeSet, input.id)),
  list: provingChart('read')
    .input(listAnnotationsInput)
    .query(({ ctx, input: { chartId, ...filter } }) => listAnnotations(ctx.db, chartId, filter)),
  counts: onChart('read')
    .input(countAnnotationsInput)
    .query(({ ctx, input: { chartId, ...filter } }) =>
      countAnnotationsByType(ctx.db, chartId, filter),
    ),
  save: provingChart('annotate')
    .input(applyAnnotationsInput)
    .mutation(({ ctx, input }) => applyAnnotations(ctx.db, { ...input, actorId: ctx.actor.id })),
  bulkDelete: onChart('annotate')
    .input(bulkDeleteAnnotationsInput)
    .mutation(({ ctx, input: { chartId, ...filter } }) =>
      deleteAnnotations(ctx.db, { chartId, filter, actorId: ctx.actor.id }),
    ),
});
