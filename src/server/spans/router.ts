import { reorderTypesInput, typeInput } from '@/contract/labels';
import {
  applySpansInput,
  bulkDeleteSpansInput,
  countSpansInput,
  createSpanLabelTypeInput,
  listSpansInput,
  updateSpanLabelTypeInput,
} from '@/contract/spans';
import { createType, deleteType, reorderTypes, updateType } from '../records/label-sets';
import { chartProcedure, procedureFor, router, scopedProcedure } from '../trpc';
import {
  applySpans,
  countSpansByLabel,
  deleteSpans,
  listSpanLabelTypes,
  listSpans,
  spanLabelSet,
} from './data';

export const spansRouter = router({
  types: procedureFor('read').query(({ ctx }) => listSpanLabelTypes(ctx.db)),
  createType: procedureFor('manage')
    .input(createSpanLabelTypeInput)
    .mutation(({ ctx, input }) => createType(ctx.db, spanLabelSet, input)),
  updateType: procedureFor('manage')
    .input(updateSpanLabelTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, spanLabelSet, ctx.actor.id, input)),
  reorderTypes: procedureFor('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, spanLabelSet, input.ids)),
  deleteType: procedureFor('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, spanLabelSet, input.id)),
  list: scopedProcedure('read')
    .input(listSpansInput)
    .query(({ ctx, input: { chartId, ...filter } }) => listSpans(ctx.db, chartId, filter)),
  counts: chartProcedure('read')
    .input(countSpansInput)
    .query(({ ctx, input: { chartId, ...filter } }) => countSpansByLabel(ctx.db, chartId, filter)),
  save: scopedProcedure('annotate')
    .input(applySpansInput)
    .mutation(({ ctx, input }) => applySpans(ctx.db, { ...input, actorId: ctx.actor.id })),
  bulkDelete: chartProcedure('annotate')
    .input(bulkDeleteSpansInput)
    .mutation(({ ctx, input: { chartId, ...filter } }) =>
      deleteSpans(ctx.db, { chartId, filter, actorId: ctx.actor.id }),
    ),
});
