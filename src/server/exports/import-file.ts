import { csvLine } from '@/contract/csv-line';
import type { ImportLabelsInput, LabelsImported } from '@/contract/exports';
import type { Mapping } from '@/contract/uploads';
import type { Db } from '@/lib/db';
import { env } from '@/lib/env';
import { errorReason } from '@/lib/error-reason';
import { importCandles } from '../candles/import/import-candles';
import { removeNewChart } from '../charts/data';
import { AppError } from '../errors';
import { may } from '../permissions';
import type { Scope } from '../scope';
import { expectOutcome, outcomeAfter } from '../uploads/outcomes';
import { discardUpload, findUpload } from '../uploads/upload-files';
import { findChartsByName } from './data';
import { importLabels, type LabelImport } from './import-labels';
import { isoTime } from './iso-time';
import { type LabelFile, openLabelFile } from './label-file';

const MAPPING: Mapping = {
  delimiter: ',',
  skipLines: 0,
  columns: ['time', 'open', 'high', 'low', 'close', 'volume'],
  timeFormat: 'iso',
  timeZone: 'UTC',
  decimalComma: false,
};

export type LabelFileImport = Omit<LabelImport, 'newCharts' | 'madeCharts'> & {
  db: Db;
  /** The same database, without a pooler. */
  url: string;
  /** The name of the chart that the labels go on. */
  chartName?: string | undefined;
};

/**
 * As importLabels, and a chart that does not exist is made, when the file holds its candles. All of
 * it is stored, or nothing.
 */
export async function importLabelFile(args: LabelFileImport): Promise<LabelsImported[]> {
  const { db, scope, chartName, chartId, preview } = args;
  const newCharts = chartId === null ? await missingCharts(args) : new Map<string | null, string>();
  const [wanted] = newCharts.values();
  if (wanted !== undefined && !may(scope.actor, 'manage')) {
    const what = `There is no chart “${wanted}”, and your role may not make one.`;
    throw new AppError('FORBIDDEN', what);
  }
  if (preview) return importLabels(db, { ...args, chartId: await named(args), newCharts });
  const madeCharts = new Map<string | null, { chartId: number; chartName: string }>();
  try {
    for (const [inFile, name] of newCharts)
      madeCharts.set(inFile, await makeChart(args, inFile, name));
    const [made] = chartName === undefined ? [] : madeCharts.values();
    const target = made?.chartId ?? (await named(args));
    return await importLabels(db, { ...args, chartId: target, madeCharts });
  } catch (error) {
    for (const { chartId, chartName } of madeCharts.values()) {
      await removeNewChart(db, { actor: scope.actor, permission: 'manage', chartId }).catch(() => {
        const why = `The chart “${chartName}”, which was made for the labels, could not be removed again, and is there without them`;
        throw new AppError('SERVICE_UNAVAILABLE', `${why}: ${errorReason(error)}`);
      });
    }
    throw error;
  }
}

/** The chart that the labels go on, where it is named and there is one. */
async function named({ db, scope, chartName, chartId }: LabelFileImport): Promise<number | null> {
  const [chart] = chartName === undefined ? [] : await findChartsByName(db, scope, [chartName]);
  return chart?.id ?? chartId;
}

/** As importLabelFile, of an upload, which is discarded when its labels are stored. */
export async function importUploadedLabels(
  db: Db,
  scope: Scope,
  { uploadId, fileName, chartId, preview, replace }: ImportLabelsInput,
  signal: AbortSignal | undefined,
): Promise<LabelsImported[]> {
  const { DIRECT_DATABASE_URL, DATABASE_URL } = env();
  const upload = { uploadId, actorId: scope.actor.id };
  const settle = preview ? null : expectOutcome(upload);
  try {
    const imported = await importLabelFile({
      db,
      scope,
      signal,
      url: DIRECT_DATABASE_URL ?? DATABASE_URL,
      file: await openLabelFile(await findUpload(upload), fileName),
      chartId,
      preview,
      replace,
    });
    settle?.({ state: 'stored', done: null, labels: imported });
    if (!preview) await discardUpload(upload);
    return imported;
  } catch (error) {
    settle?.(outcomeAfter(error));
    throw error;
  }
}

/** Charts that are not there, by their names in the file. */
async function missingCharts(args: LabelFileImport): Promise<Map<string | null, string>> {
  const { db, scope, file, chartName } = args;
  const missing = new Map<string | null, string>();
  if (chartName !== undefined && (await named(args)) !== null) return missing;
  if (!file.rows) {
    if (chartName === undefined) return missing;
    throw new AppError('NOT_FOUND', `There is no chart “${chartName}”.`);
  }
  const names = new Set<string | null>();
  for await (const rows of file.rows()) for (const { chart } of rows) names.add(chart);
  if (chartName !== undefined) {
    const [first = null] = names;
    return missing.set(first, chartName);
  }
  for (const name of names) {
    if (name === null) continue;
    if ((await findChartsByName(db, scope, [name])).length === 0) missing.set(name, name);
  }
  return missing;
}

async function makeChart(
  { url, file, scope, signal, onProgress }: LabelFileImport,
  inFile: string | null,
  chartName: string,
): Promise<{ chartId: number; chartName: string }> {
  const { fileName } = file;
  const chunks = () => candlesOf(file, inFile);
  const source = { fileName, totalBytes: 0, chunks };
  const by = { url, target: { mode: 'new', chartName } as const, scope, signal };
  for await (const event of importCandles({ ...by, source, mapping: MAPPING })) {
    if (event.type === 'done') return { chartId: event.chartId, chartName: event.chartName };
    if (event.type === 'progress') onProgress?.({ what: 'candles', rows: event.rows });
    if (event.type !== 'refused') continue;
    const reason = event.issues[0]?.reason;
    throw new AppError('BAD_REQUEST', `${fileName}: the candles of “${chartName}”: ${reason}.`);
  }
  throw new Error('an import ended without an outcome');
}

async function* candlesOf(file: LabelFile, chart: string | null) {
  if (!file.rows) return;
  for await (const rows of file.rows()) {
    const lines = rows.map((row) => {
      if (!row.candle || row.chart !== chart) return '';
      const prices = row.candle.map((cell) => (cell === null ? null : Number(cell)));
      return csvLine([isoTime(row.time), ...prices]);
    });
    yield Buffer.from(lines.join(''));
  }
}
