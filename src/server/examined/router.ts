import {
  countExaminedInput,
  labelNextInput,
  listExaminedInput,
  markExaminedInput,
  revertExaminedInput,
  unmarkExaminedInput,
} from '@/contract/examined';
import { chartProcedure, procedureFor, router, scopedProcedure } from '../trpc';
import {
  countExamined,
  labelNext,
  listExamined,
  markExamined,
  revertExamined,
  unmarkExamined,
} from './data';

export const examinedRouter = router({
  list: scopedProcedure('read')
    .input(listExaminedInput)
    .query(({ ctx, input }) => listExamined(ctx.db, ctx.scope, input)),
  count: scopedProcedure('read')
    .input(countExaminedInput)
    .query(({ ctx }) => countExamined(ctx.db, ctx.scope)),
  next: procedureFor('read')
    .input(labelNextInput)
    .query(({ ctx, input, signal }) => labelNext(ctx.db, ctx.scope, input, signal)),
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
