import { applyAnnotationsInput, listAnnotationsInput } from '@/contract/annotations';
import { allowed, onChart, router } from '../trpc';
import { applyAnnotations, listAnnotations, listAnnotationTypes } from './data';

export const annotationsRouter = router({
  types: allowed('read').query(({ ctx }) => listAnnotationTypes(ctx.db)),
  list: onChart('read')
    .input(listAnnotationsInput)
    .query(({ ctx, input }) => listAnnotations(ctx.db, ctx.chart.id, input)),
  save: onChart('annotate')
    .input(applyAnnotationsInput)
    .mutation(({ ctx, input }) =>
      applyAnnotations(ctx.db, { chartId: ctx.chart.id, actorId: ctx.actor.id, diff: input.diff }),
    ),
});
