import { chartInput, createChartInput, renameChartInput } from '@/contract/charts';
import { chartProcedure, procedureFor, router } from '../trpc';
import {
  createChart,
  deleteChart,
  findOldDatabase,
  getChartContents,
  listCharts,
  renameChart,
} from './data';

export const chartsRouter = router({
  list: procedureFor('read').query(({ ctx }) => listCharts(ctx.db)),
  oldDatabase: procedureFor('manage').query(({ ctx }) => findOldDatabase(ctx.db)),
  get: chartProcedure('read')
    .input(chartInput)
    .query(({ ctx }) => ctx.chart),
  contents: chartProcedure('read')
    .input(chartInput)
    .query(({ ctx, input }) => getChartContents(ctx.db, input.chartId)),
  create: procedureFor('manage')
    .input(createChartInput)
    .mutation(({ ctx, input }) =>
      createChart(ctx.db, { name: input.name, createdBy: ctx.actor.id }),
    ),
  rename: chartProcedure('manage')
    .input(renameChartInput)
    .mutation(({ ctx, input }) => renameChart(ctx.db, input.chartId, input.name)),
  delete: chartProcedure('manage')
    .input(chartInput)
    .mutation(({ ctx, input }) => deleteChart(ctx.db, input.chartId)),
});
