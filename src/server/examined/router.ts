import {
  countExaminedInput,
  listExaminedInput,
  markExaminedInput,
  revertExaminedInput,
  unmarkExaminedInput,
} from '@/contract/examined';
import { chartProcedure, router, scopedProcedure } from '../trpc';
import { countExamined, listExamined, markExamined, revertExamined, unmarkExamined } from './data';

export const examinedRouter = router({
  list: scopedProcedure('read')
    .input(listExaminedInput)
    .query(({ ctx, input }) => listExamined(ctx.db, ctx.scope, input)),
  count: scopedProcedure('read')
    .input(countExaminedInput)
    .query(({ ctx }) => countExamined(ctx.db, ctx.scope)),
  mark: chartProcedure('annotate')
    .input(markExaminedInput)
    .mutation(({ ctx, input }) => markExamined(ctx.db, ctx.scope, input)),
  unmark: chartProcedure('annotate')
    .input(unmarkExaminedInput)
    .mutation(({ ctx, input }) => unmarkExamined(ctx.db, ctx.scope, input)),
  revert: chartProcedure('annotate')
    .input(revertExaminedInput)
    .mutation(({ ctx, input }) => revertExamined(ctx.db, ctx.scope, input)),
});
