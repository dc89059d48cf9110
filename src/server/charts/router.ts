import { chartInput, createChartInput, renameChartInput } from '@/contract/charts';
import { exportInput, importLabelsInput, labelFormatInput } from '@/contract/exports';
import { sendExport } from '../exports/export-charts';
import { importUploadedLabels } from '../exports/import-file';
import { uploadedLabelFormat } from '../exports/label-file';
import { allowed, may, onChart, router } from '../trpc';
import {
  createChart,
  deleteChart,
  findOldDatabase,
  getChartContents,
  listCharts,
  renameChart,
} from './data';

export const chartsRouter = router({
  list: allowed('read').query(({ ctx }) => listCharts(ctx.db)),
  oldDatabase: allowed('manage').query(({ ctx }) => findOldDatabase(ctx.db)),
  get: onChart('read')
    .input(chartInput)
    .query(({ ctx }) => ctx.chart),
  contents: onChart('read')
    .input(chartInput)
    .query(({ ctx, input }) => getChartContents(ctx.db, input.chartId)),
  create: allowed('manage')
    .input(createChartInput)
    .mutation(({ ctx, input }) =>
      createChart(ctx.db, { name: input.name, createdBy: ctx.actor.id }),
    ),
  rename: onChart('manage')
    .input(renameChartInput)
    .mutation(({ ctx, input }) => renameChart(ctx.db, input.chartId, input.name)),
  delete: onChart('manage')
    .input(chartInput)
    .mutation(({ ctx, input }) => deleteChart(ctx.db, input.chartId)),
  export: allowed('read')
    .input(exportInput)
    .query(({ ctx, input }) => sendExport(ctx.db, input)),
  labelFormat: allowed('annotate')
    .input(labelFormatInput)
    .query(({ ctx, input }) => uploadedLabelFormat(ctx.actor.id, input)),
  importLabels: allowed('annotate')
    .input(importLabelsInput)
    .mutation(({ ctx: { db, actor }, input, signal }) =>
      importUploadedLabels({ db, actor, mayMakeCharts: may(actor, 'manage'), signal }, input),
    ),
});
