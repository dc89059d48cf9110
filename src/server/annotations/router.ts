import {
  applyAnnotationsInput,
  bulkDeleteAnnotationsInput,
  countAnnotationsInput,
  createAnnotationTypeInput,
  listAnnotationsInput,
  updateAnnotationTypeInput,
} from '@/contract/annotations';
import { reorderTypesInput, typeInput } from '@/contract/labels';
import { deleteType, reorderTypes, updateType } from '../records/label-sets';
import { chartProcedure, procedureFor, router, scopedProcedure } from '../trpc';
import {
  annotationTypeSet,
  applyAnnotations,
  countAnnotationsByType,
  createAnnotationType,
  deleteAnnotations,
  listAnnotations,
  listAnnotationTypes,
} from './data';

export const annotationsRouter = router({
  types: procedureFor('read').query(({ ctx }) => listAnnotationTypes(ctx.db)),
  createType: procedureFor('manage')
    .input(createAnnotationTypeInput)
    .mutation(({ ctx, input }) => createAnnotationType(ctx.db, input)),
  updateType: procedureFor('manage')
    .input(updateAnnotationTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, annotationTypeSet, ctx.scope, input)),
  reorderTypes: procedureFor('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, annotationTypeSet, input.ids)),
  deleteType: procedureFor('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, annotationTypeSet, input.id)),
  list: scopedProcedure('read')
    .input(listAnnotationsInput)
    .query(({ ctx, input }) => listAnnotations(ctx.db, ctx.scope, input)),
  counts: chartProcedure('read')
    .input(countAnnotationsInput)
    .query(({ ctx, input }) => countAnnotationsByType(ctx.db, ctx.scope, input)),
  save: scopedProcedure('annotate')
    .input(applyAnnotationsInput)
    .mutation(({ ctx, input }) => applyAnnotations(ctx.db, ctx.scope, input.diff)),
  bulkDelete: chartProcedure('annotate')
    .input(bulkDeleteAnnotationsInput)
    .mutation(({ ctx, input }) => deleteAnnotations(ctx.db, ctx.scope, input)),
});
