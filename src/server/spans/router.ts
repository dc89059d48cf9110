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
import { allowed, onChart, provingChart, router } from '../trpc';
import {
  applySpans,
  countSpansByLabel,
  deleteSpans,
  listSpanLabelTypes,
  listSpans,
  spanLabelSet,
} from './data';

export const spansRouter = router({
  types: allowed('read').query(({ ctx }) => listSpanLabelTypes(ctx.db)),
  createType: allowed('manage')
    .input(createSpanLabelTypeInput)
    .mutation(({ ctx, input }) => createType(ctx.db, spanLabelSet, input)),
  updateType: allowed('manage')
    .input(updateSpanLabelTypeInput)
    .mutation(({ ctx, input }) => updateType(ctx.db, spanLabelSet, ctx.actor.id, input)),
  reorderTypes: allowed('manage')
    .input(reorderTypesInput)
    .mutation(({ ctx, input }) => reorderTypes(ctx.db, spanLabelSet, input.ids)),
  deleteType: allowed('manage')
    .input(typeInput)
    .mutation(({ ctx, input }) => deleteType(ctx.db, spanLabelSet, input.id)),
  list: provingChart('read')
    .input(listSpansInput)
    .query(({ ctx, input: { chartId, ...filter } }) => listSpans(ctx.db, chartId, filter)),
  counts: onChart('read')
    .input(countSpansInput)
    .query(({ ctx, input: { chartId, ...filter } }) => countSpansByLabel(ctx.db, chartId, filter)),
  save: provingChart('annotate')
    .input(applySpansInput)
    .mutation(({ ctx, input }) => applySpans(ctx.db, { ...input, actorId: ctx.actor.id })),
  bulkDelete: onChart('annotate')
    .input(bulkDeleteSpansInput)
    .mutation(({ ctx, input: { chartId, ...filter } }) =>
      deleteSpans(ctx.db, { chartId, filter, actorId: ctx.actor.id }),
    ),
});
