import { exportInput, importLabelsInput, labelFormatInput } from '@/contract/exports';
import { may, procedureFor, router } from '../trpc';
import { sendExport } from './export-charts';
import { importUploadedLabels } from './import-file';
import { uploadedLabelFormat } from './label-file';

export const exportsRouter = router({
  download: procedureFor('read')
    .input(exportInput)
    .query(({ ctx, input }) => sendExport(ctx.db, input)),
  labelFormat: procedureFor('annotate')
    .input(labelFormatInput)
    .query(({ ctx, input }) => uploadedLabelFormat(ctx.actor.id, input)),
  importLabels: procedureFor('annotate')
    .input(importLabelsInput)
    .mutation(({ ctx: { db, actor }, input, signal }) =>
      importUploadedLabels({ db, actor, mayMakeCharts: may(actor, 'manage'), signal }, input),
    ),
});
