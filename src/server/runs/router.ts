import { listRunsInput, renameRunInput, runInput, runParams } from '@/contract/runs';
import { chartProcedure, procedureFor, router } from '../trpc';
import {
  cancelRun,
  deleteRun,
  getRun,
  getServiceState,
  listRuns,
  queueRun,
  renameRun,
} from './data';

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
  rename: procedureFor('review')
    .input(renameRunInput)
    .mutation(({ ctx, input }) => renameRun(ctx.db, input.runId, input.name)),
  delete: procedureFor('review')
    .input(runInput)
    .mutation(({ ctx, input }) => deleteRun(ctx.db, input.runId)),
  service: procedureFor('read').query(({ ctx }) => getServiceState(ctx.db)),
});
