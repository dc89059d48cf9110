import { basename } from 'node:path';
import type { Mapping } from '@/contract/candles';
import type { LabelsImported } from '@/contract/export';
import type { Db } from '@/lib/db';
import { importCandles } from '../candles/import/import-candles';
import { deleteChart } from '../charts/data';
import { LOCAL_ACTOR } from '../context';
import { AppError } from '../errors';
import { csvLine } from './csv';
import { findChartsByName } from './data';
import { importLabels } from './import-labels';
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

/**
 * Imports the file of labels at `path`, onto the chart named or each onto its own. A chart that
 * does not exist is made, when the file holds its candles. All of it is stored, or nothing.
 */
export async function importLabelFile(args: {
  db: Db;
  /** The same database, without a pooler. */
  url: string;
  path: string;
  chartName?: string | undefined;
}): Promise<LabelsImported[]> {
  const { db, url, path, chartName } = args;
  const file = await openLabelFile(path, basename(path));
  const made: number[] = [];
  try {
    for (const [inFile, name] of await missingCharts(db, file, chartName)) {
      made.push(await makeChart(url, file, inFile, name));
    }
    const [chart] = chartName === undefined ? [] : await findChartsByName(db, [chartName]);
    return await importLabels(db, { file, actorId: LOCAL_ACTOR.id, chartId: chart?.id ?? null });
  } catch (error) {
    for (const id of made) await deleteChart(db, id);
    throw error;
  }
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
  url: string,
  file: LabelFile,
  inFile: string | null,
  chartName: string,
): Promise<number> {
  const { fileName } = file;
  const chunks = () => candlesOf(file, inFile);
  const source = { fileName, totalBytes: 0, chunks };
  const by = { url, target: { mode: 'new', chartName } as const, createdBy: LOCAL_ACTOR.id };
  for await (const event of importCandles({ ...by, source, mapping: MAPPING })) {
    if (event.type === 'done') return event.chartId;
    if (event.type !== 'refused') continue;
    const reason = event.problems[0]?.reason;
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
