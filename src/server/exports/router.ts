import { exportInput, importLabelsInput, labelFormatInput } from '@/contract/exports';
import { procedureFor, router } from '../trpc';
import { sendExport } from './export-charts';
import { importUploadedLabels } from './import-file';
import { uploadedLabelFormat } from './label-file';

export const exportsRouter = router({
  download: procedureFor('read')
    .input(exportInput)
    .query(({ ctx, input }) => sendExport(ctx.db, ctx.scope, input)),
  labelFormat: procedureFor('annotate')
    .input(labelFormatInput)
    .query(({ ctx, input }) => uploadedLabelFormat(ctx.scope, input)),
  importLabels: procedureFor('annotate')
    .input(importLabelsInput)
    .mutation(({ ctx, input, signal }) => importUploadedLabels(ctx.db, ctx.scope, input, signal)),
});
