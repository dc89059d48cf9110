import {
  chartInput,
  createChartInput,
  renameChartInput,
  setExchangeZoneInput,
} from '@/contract/charts';
import { chartProcedure, procedureFor, router } from '../trpc';
import {
  createChart,
  deleteChart,
  findOldDatabase,
  getChartContents,
  listCharts,
  listDeleted,
  listOverviews,
  readPicture,
  renameChart,
  restoreChart,
  setExchangeZone,
} from './data';

export const chartsRouter = router({
  list: procedureFor('read').query(({ ctx }) => listCharts(ctx.db, ctx.scope)),
  overview: procedureFor('read').query(({ ctx }) => listOverviews(ctx.db, ctx.scope)),
  picture: chartProcedure('read')
    .input(chartInput)
    .query(({ ctx }) => readPicture(ctx.db, ctx.scope)),
  oldDatabase: procedureFor('manage').query(({ ctx }) => findOldDatabase(ctx.db)),
  get: chartProcedure('read')
    .input(chartInput)
    .query(({ ctx }) => ctx.chart),
  contents: chartProcedure('read')
    .input(chartInput)
    .query(({ ctx }) => getChartContents(ctx.db, ctx.scope)),
  create: procedureFor('manage')
    .input(createChartInput)
    .mutation(({ ctx, input }) => createChart(ctx.db, ctx.scope, input.name)),
  rename: chartProcedure('manage')
    .input(renameChartInput)
    .mutation(({ ctx, input }) => renameChart(ctx.db, ctx.scope, input.name)),
  setExchangeZone: chartProcedure('manage')
    .input(setExchangeZoneInput)
    .mutation(({ ctx, input }) => setExchangeZone(ctx.db, ctx.scope, input.zone)),
  delete: chartProcedure('manage')
    .input(chartInput)
    .mutation(({ ctx }) => deleteChart(ctx.db, ctx.scope)),
  deleted: procedureFor('manage').query(({ ctx }) => listDeleted(ctx.db, ctx.scope)),
  restore: procedureFor('manage')
    .input(chartInput)
    .mutation(({ ctx, input }) => restoreChart(ctx.db, ctx.scope, input.chartId)),
});
