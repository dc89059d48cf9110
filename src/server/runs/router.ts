import { listRunsInput, runInput, runParams } from '@/contract/runs';
import { chartProcedure, procedureFor, router } from '../trpc';
import { cancelRun, getRun, getServiceState, listRuns, queueRun } from './data';

export const runsRouter = router({
  queue: procedureFor('review')
    .input(runParams)
    .mutation(({ ctx, input }) => queueRun(ctx.db, ctx.actor.id, input)),
  list: chartProcedure('read')
    .input(listRunsInput)
    .query(({ ctx, input }) => listRuns(ctx.db, input)),
  get: procedureFor('read')
    .input(runInput)
    .query(({ ctx, input }) => getRun(ctx.db, input.runId)),
  cancel: procedureFor('review')
    .input(runInput)
    .mutation(({ ctx, input }) => cancelRun(ctx.db, input.runId)),
  service: procedureFor('read').query(({ ctx }) => getServiceState(ctx.db)),
});
