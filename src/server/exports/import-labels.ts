import { MAX_DIFF } from '@/contract/common';
import type { LabelsImported } from '@/contract/exports';
import type { ApplyResult } from '@/contract/records';
import type { Db, Tx } from '@/lib/db';
import { annotations, spanAnnotations } from '@/lib/db/schema';
import { applyAnnotations } from '../annotations/data';
import { createChart, findChart, noSuchChart } from '../charts/data';
import { AppError } from '../errors';
import type { Diff } from '../records/diff';
import { applySpans } from '../spans/data';
import { allowLongPauses, findChartsByName, findHolders } from './data';
import type { FileLabels } from './formats';
import type { LabelFile } from './label-file';
import { uuidOf } from './labelled-rows';

export type LabelImport = {
  file: LabelFile;
  actorId: string;
  /** Where the labels go; null finds each chart by the name that stands in the file. */
  chartId: number | null;
  /** Tells what would become of them and stores nothing. */
  preview?: boolean;
  /** Charts by these names are made for them first. */
  newCharts?: string[];
  signal?: AbortSignal | undefined;
  /** Hears how much of the file has been read so far. */
  onProgress?: ((read: { what: 'candles' | 'labels'; rows: number }) => void) | undefined;
};

class RolledBack extends Error {
  constructor(readonly imported: LabelsImported[]) {
    super('a preview stores nothing');
  }
}

/**
 * Brings a file's spans and annotations onto their charts, all or none. A row that its chart has
 * is updated where the file differs, if nobody changed it since the file was written. A row that
 * another chart has is copied, under a uid that is the same every time.
 */
export async function importLabels(
  db: Db,
  { file, actorId, chartId, preview = false, newCharts = [], signal, onProgress }: LabelImport,
): Promise<LabelsImported[]> {
  const importing = db.transaction(async (tx) => {
    // There may be many candles between one label and the next.
    await allowLongPauses(tx);
    const targets = new Targets(tx, file.fileName, chartId);
    await targets.check();
    for (const name of newCharts) await targets.make(name, actorId);
    let rows = 0;
    for await (const { chart, spans, annotations: marks } of batches(file.labels())) {
      if (signal?.aborted) throw cancelled();
      const target = await targets.find(chart);
      const by = { chartId: target.chartId, actorId };
      const save = { tx, target, fileName: file.fileName };
      await saveRows({ ...save, table: spanAnnotations }, spans, (diff) =>
        applySpans(tx, { ...by, diff }),
      );
      await saveRows({ ...save, table: annotations }, marks, (diff) =>
        applyAnnotations(tx, { ...by, diff }),
      );
      rows += spans.length + marks.length;
      onProgress?.({ what: 'labels', rows });
    }
    if (signal?.aborted) throw cancelled();
    if (preview) throw new RolledBack(targets.found());
    return targets.found();
  });
  return importing.catch((error: unknown) => {
    if (error instanceof RolledBack) return error.imported;
    throw error;
  });
}

const cancelled = () =>
  new AppError('CLIENT_CLOSED_REQUEST', 'The import was cancelled. Nothing was stored.');

/** The charts that a file's labels go on. */
class Targets {
  readonly #byName = new Map<string | null, LabelsImported>();

  constructor(
    readonly tx: Tx,
    readonly fileName: string,
    readonly chartId: number | null,
  ) {}

  async check() {
    if (this.chartId === null) return;
    if (!(await findChart(this.tx, this.chartId))) throw noSuchChart(this.chartId);
  }

  async find(name: string | null): Promise<LabelsImported> {
    const known = this.#byName.get(name);
    if (known) return known;
    return this.#add(name, await this.#chart(name), false);
  }

  async make(name: string, createdBy: string) {
    const chart = await createChart(this.tx, { name, createdBy });
    this.#add(name, { chartId: chart.id, chartName: chart.name }, true);
  }

  #add(name: string | null, chart: { chartId: number; chartName: string }, isNew: boolean) {
    const target = { ...chart, isNew, created: 0, changed: 0, unchanged: 0 };
    this.#byName.set(name, target);
    return target;
  }

  found = () => [...this.#byName.values()];

  async #chart(name: string | null) {
    const file = this.fileName;
    if (this.chartId !== null) {
      const [first] = this.#byName.keys();
      if (first !== undefined) {
        const both = `“${first ?? ''}” and “${name ?? ''}”`;
        throw refused(`${file} holds labels of several charts, ${both}: they do not go on one`);
      }
      const chart = await findChart(this.tx, this.chartId);
      return { chartId: this.chartId, chartName: chart?.name ?? '' };
    }
    if (name === null) throw refused(`${file} does not say which chart its labels are of`);
    const [chart] = await findChartsByName(this.tx, [name]);
    if (!chart) throw refused(`${file} holds labels of “${name}”, and there is no such chart`);
    return { chartId: chart.id, chartName: chart.name };
  }
}

async function* batches(labels: AsyncIterable<FileLabels>): AsyncGenerator<FileLabels, void> {
  let batch: FileLabels | null = null;
  for await (const each of labels) {
    const full = batch && batch.spans.length + batch.annotations.length >= MAX_DIFF;
    if (batch && (full || batch.chart !== each.chart)) {
      yield batch;
      batch = null;
    }
    batch ??= { chart: each.chart, spans: [], annotations: [] };
    for (const span of each.spans) batch.spans.push(span);
    for (const annotation of each.annotations) batch.annotations.push(annotation);
  }
  if (batch) yield batch;
}

async function saveRows<Fields>(
  to: {
    tx: Tx;
    target: LabelsImported;
    fileName: string;
    table: typeof spanAnnotations | typeof annotations;
  },
  rows: (Fields & { uid: string; rev: number | null })[],
  save: (diff: Diff<Fields>) => Promise<ApplyResult<{ uid: string; rev: number }>>,
) {
  if (rows.length === 0) return;
  const { target } = to;
  const uids = rows.map(({ uid }) => uid);
  const holders = await findHolders(to.tx, to.table, uids);
  const diff: Diff<Fields> = { created: [], updated: [], deleted: [] };
  for (const row of rows) {
    const { uid, rev } = row;
    const holder = holders.get(uid);
    if (holder && holder.chartId !== target.chartId) {
      diff.created.push({ ...row, uid: uuidOf(`${target.chartId} ${uid}`) });
    } else if (holder && rev !== null) diff.updated.push({ ...row, rev });
    else diff.created.push(row);
  }
  const there = await findHolders(
    to.tx,
    to.table,
    diff.created.map(({ uid }) => uid),
  );
  const saved = await save(diff).catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
    const count = error.conflicts?.length ?? 0;
    const rowsAre = count === 1 ? 'row differs' : 'rows differ';
    throw new AppError(
      'CONFLICT',
      `${count} ${rowsAre} between ${to.fileName} and the chart “${target.chartName}”, where somebody has changed them since the file was written. Nothing was saved.`,
      error.conflicts,
    );
  });
  for (const { uid, rev } of saved.rows) {
    const before = holders.get(uid) ?? there.get(uid);
    if (!before || before.chartId !== target.chartId) target.created++;
    else if (before.rev === rev) target.unchanged++;
    else target.changed++;
  }
}

const refused = (what: string) => new AppError('BAD_REQUEST', `${what}. Nothing was saved.`);
