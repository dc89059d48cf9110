import {
  listAllRunsInput,
  listRunsInput,
  listWaitingInput,
  queueRunInput,
  renameRunInput,
  runInput,
} from '@/contract/runs';
import { getServiceState } from '../model-service/data';
import { chartProcedure, procedureFor, router } from '../trpc';
import {
  cancelRun,
  deleteRun,
  getRun,
  listAllRuns,
  listRuns,
  listWaiting,
  queueRun,
  renameRun,
} from './data';

export const runsRouter = router({
  queue: procedureFor('review')
    .input(queueRunInput)
    .mutation(({ ctx, input }) => queueRun(ctx.db, ctx.scope, input)),
  list: chartProcedure('read')
    .input(listRunsInput)
    .query(({ ctx, input }) => listRuns(ctx.db, ctx.scope, input)),
  all: procedureFor('read')
    .input(listAllRunsInput)
    .query(({ ctx, input }) => listAllRuns(ctx.db, ctx.scope, input)),
  waiting: procedureFor('read')
    .input(listWaitingInput)
    .query(({ ctx, input }) => listWaiting(ctx.db, ctx.scope, input)),
  get: procedureFor('read')
    .input(runInput)
    .query(({ ctx, input }) => getRun(ctx.db, ctx.scope, input.runId)),
  cancel: procedureFor('review')
    .input(runInput)
    .mutation(({ ctx, input }) => cancelRun(ctx.db, ctx.scope, input.runId)),
  rename: procedureFor('review')
    .input(renameRunInput)
    .mutation(({ ctx, input }) => renameRun(ctx.db, ctx.scope, input.runId, input.name)),
  delete: procedureFor('review')
    .input(runInput)
    .mutation(({ ctx, input }) => deleteRun(ctx.db, ctx.scope, input.runId)),
  service: procedureFor('read').query(({ ctx }) => getServiceState(ctx.db)),
});
