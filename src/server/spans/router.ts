import { reorderTypesInput, typeInput } from '@/contract/labels';
import {
  applySpansInput,
  authorsInput,
  bulkDeleteSpansInput,
  countSpansInput,
  createSpanLabelTypeInput,
  listSpansInput,
  mergeInput,
  renameGroupInput,
  setOverlapInput,
  updateSpanLabelTypeInput,
} from '@/contract/spans';
import { createType, deleteType, reorderTypes, updateType } from '../records/label-sets';
import { mergeTypes, previewMerge, unmergeType } from '../records/merge-labels';
import { chartProcedure, procedureFor, router, scopedProcedure } from '../trpc';
import {
  applySpans,
  countSpansByLabel,
  deleteSpans,
  listAuthors,
  listLabelGroups,
  listSpanLabelTypes,
  listSpans,
  renameGroup,
  setOverlap,
  spanLabelSet,
} from './data';

export const spansRouter = router({
  types: procedureFor('read').query(({ ctx }) => listSpanLabelTypes(ctx.db)),
  createType: procedureFor('manage')
    .input(createSpanLabelTypeInput)
    .mutation(({ ctx, input }) => createType(ctx.db, spanLabelSet, input)),
  updateType: procedureFor('manage')
    .input(updateSpanLabelTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, spanLabelSet, ctx.scope, input)),
  reorderTypes: procedureFor('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, spanLabelSet, input.ids)),
  deleteType: procedureFor('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, spanLabelSet, input.id)),
  groups: procedureFor('read').query(({ ctx }) => listLabelGroups(ctx.db)),
  setOverlap: procedureFor('manage')
    .input(setOverlapInput)
    .mutation(({ ctx, input }) => setOverlap(ctx.db, input)),
  renameGroup: procedureFor('manage')
    .input(renameGroupInput)
    .mutation(({ ctx, input }) => renameGroup(ctx.db, input)),
  previewMerge: procedureFor('manage')
    .input(mergeInput)
    .query(({ ctx, input }) => previewMerge(ctx.db, input)),
  mergeTypes: procedureFor('manage')
    .input(mergeInput)
    .mutation(({ ctx, input }) => mergeTypes(ctx.db, spanLabelSet, ctx.scope, input)),
  unmergeType: procedureFor('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => unmergeType(ctx.db, spanLabelSet, ctx.scope, input.id)),
  list: scopedProcedure('read')
    .input(listSpansInput)
    .query(({ ctx, input }) => listSpans(ctx.db, ctx.scope, input)),
  authors: chartProcedure('read')
    .input(authorsInput)
    .query(({ ctx }) => listAuthors(ctx.db, ctx.scope)),
  counts: chartProcedure('read')
    .input(countSpansInput)
    .query(({ ctx, input }) => countSpansByLabel(ctx.db, ctx.scope, input)),
  save: scopedProcedure('annotate')
    .input(applySpansInput)
    .mutation(({ ctx, input }) => applySpans(ctx.db, ctx.scope, input.diff)),
  bulkDelete: chartProcedure('annotate')
    .input(bulkDeleteSpansInput)
    .mutation(({ ctx, input }) => deleteSpans(ctx.db, ctx.scope, input)),
});
