import { csvLine } from '@/contract/csv-line';
import type { ImportLabelsInput, LabelsImported } from '@/contract/exports';
import type { Mapping } from '@/contract/uploads';
import type { Db } from '@/lib/db';
import { env } from '@/lib/env';
import { importCandles } from '../candles/import/import-candles';
import { deleteChart } from '../charts/data';
import type { Actor } from '../context';
import { AppError } from '../errors';
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

export type LabelFileImport = Omit<LabelImport, 'newCharts'> & {
  db: Db;
  /** The same database, without a pooler. */
  url: string;
  /** The name of the chart that the labels go on. */
  chartName?: string | undefined;
  mayMakeCharts: boolean;
};

/**
 * As importLabels, and a chart that does not exist is made, when the file holds its candles. All of
 * it is stored, or nothing.
 */
export async function importLabelFile(args: LabelFileImport): Promise<LabelsImported[]> {
  const { db, file, chartName, chartId, preview } = args;
  const missing = chartId === null ? await missingCharts(db, file, chartName) : new Map();
  const [wanted] = missing.values();
  if (wanted !== undefined && !args.mayMakeCharts) {
    const what = `There is no chart “${wanted}”, and your role may not make one.`;
    throw new AppError('FORBIDDEN', what);
  }
  const made: number[] = [];
  try {
    if (!preview) {
      for (const [inFile, name] of missing) made.push(await makeChart(args, inFile, name));
    }
    const [chart] = chartName === undefined ? [] : await findChartsByName(db, [chartName]);
    const imported = await importLabels(db, {
      ...args,
      chartId: chart?.id ?? chartId,
      newCharts: preview ? [...missing.values()] : [],
    });
    const isNew = (id: number) => made.includes(id);
    const bare = made.filter((id) => imported.every((each) => each.chartId !== id));
    const names = [...missing.values()];
    return [
      ...imported.map((each) => ({ ...each, isNew: each.isNew || isNew(each.chartId) })),
      ...bare.map((id) => ({
        chartId: id,
        chartName: names[made.indexOf(id)],
        isNew: true,
        created: 0,
        changed: 0,
        unchanged: 0,
      })),
    ];
  } catch (error) {
    for (const id of made) await deleteChart(db, id);
    throw error;
  }
}

/** As importLabelFile, of an upload, which is discarded when its labels are stored. */
export async function importUploadedLabels(
  by: { db: Db; actor: Actor; mayMakeCharts: boolean; signal: AbortSignal | undefined },
  { uploadId, fileName, chartId, preview }: ImportLabelsInput,
): Promise<LabelsImported[]> {
  const { DIRECT_DATABASE_URL, DATABASE_URL } = env();
  const upload = { uploadId, actorId: by.actor.id };
  const imported = await importLabelFile({
    ...by,
    url: DIRECT_DATABASE_URL ?? DATABASE_URL,
    file: await openLabelFile(await findUpload(upload), fileName),
    actorId: by.actor.id,
    chartId,
    preview,
  });
  if (!preview) await discardUpload(upload);
  return imported;
}

/** Charts that are not there, by their names in the file. */
async function missingCharts(
  db: Db,
  file: LabelFile,
  chartName: string | undefined,
): Promise<Map<string | null, string>> {
  if (chartName !== undefined && (await findChartsByName(db, [chartName])).length > 0) {
    return new Map();
  }
  if (!file.rows) {
    if (chartName === undefined) return new Map();
    throw new AppError('NOT_FOUND', `There is no chart “${chartName}”.`);
  }
  const names = new Set<string | null>();
  for await (const rows of file.rows()) for (const { chart } of rows) names.add(chart);
  if (chartName !== undefined) {
    const [first = null] = names;
    return new Map([[first, chartName]]);
  }
  const missing = new Map<string | null, string>();
  for (const name of names) {
    if (name !== null && (await findChartsByName(db, [name])).length === 0) missing.set(name, name);
  }
  return missing;
}

async function makeChart(
  { url, file, actorId, signal, onProgress }: LabelFileImport,
  inFile: string | null,
  chartName: string,
): Promise<number> {
  const { fileName } = file;
  const chunks = () => candlesOf(file, inFile);
  const source = { fileName, totalBytes: 0, chunks };
  const by = { url, target: { mode: 'new', chartName } as const, createdBy: actorId, signal };
  for await (const event of importCandles({ ...by, source, mapping: MAPPING })) {
    if (event.type === 'done') return event.chartId;
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
