import { chartInput } from '@/contract/charts';
import { applySpansInput, listSpansInput } from '@/contract/spans';
import { allowed, onChart, router } from '../trpc';
import { applySpans, countSpansByLabel, listSpanLabelTypes, listSpans } from './data';

export const spansRouter = router({
  types: allowed('read').query(({ ctx }) => listSpanLabelTypes(ctx.db)),
  list: onChart('read')
    .input(listSpansInput)
    .query(({ ctx, input }) => listSpans(ctx.db, ctx.chart.id, input)),
  counts: onChart('read')
    .input(chartInput)
    .query(({ ctx }) => countSpansByLabel(ctx.db, ctx.chart.id)),
  save: onChart('annotate')
    .input(applySpansInput)
    .mutation(({ ctx, input }) =>
      applySpans(ctx.db, { chartId: ctx.chart.id, actorId: ctx.actor.id, diff: input.diff }),
    ),
});
