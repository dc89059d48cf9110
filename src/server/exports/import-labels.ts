import { isDeepStrictEqual } from 'node:util';
import { MAX_DIFF } from '@/contract/common';
import { type LabelsImported, MAX_UNREAD } from '@/contract/exports';
import type { Bars } from '@/contract/overlaps';
import type { ApplyResult } from '@/contract/records';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Db, Tx } from '@/lib/db';
import { transactionId, transactionStatus, wasCommitted } from '@/lib/db/commit';
import { annotations, spanAnnotations, spanLabelTypes } from '@/lib/db/schema';
import { applyAnnotations } from '../annotations/data';
import { createChart } from '../charts/data';
import { AppError, outcomeUnknown, sqlState } from '../errors';
import type { Diff } from '../records/diff';
import { barsIn, examine, type Step } from '../records/examined';
import { type ChartScope, requireChart, type Scope } from '../scope';
import { applySpans } from '../spans/data';
import { allowPauses, findChartsByName } from './data';
import type { FileExamined, FileLabels } from './formats';
import type { LabelFile } from './label-file';
import { findHolders, findRows, listRowsAt } from './labels/data';
import { countOffCandles, requireCandles, requireTimesOfDay } from './off-candles';
import type { FileSpan, InFile } from './records';
import { type Shape, shapeOf, startOf, uuidOf } from './row-identity';
import { TagsOfChart } from './tags-of-chart';

export type LabelImport = {
  file: LabelFile;
  scope: Scope;
  /** Where the labels go; null finds each chart by the name that stands in the file. */
  chartId: number | null;
  /** Tells what would become of them and stores nothing. */
  preview?: boolean;
  /** Tags take the place of the spans of their range; those that reach out of it stay. */
  replace?: boolean;
  /** Charts of the file, by their names in it, that have been made for its labels. */
  madeCharts?: MadeCharts;
  /** Those that are made for them first, under the names that they are to have. */
  newCharts?: ReadonlyMap<string | null, string>;
  signal?: AbortSignal | undefined;
  /** Hears how much of the file has been read so far. */
  onProgress?: ((read: { what: 'candles' | 'labels'; rows: number }) => void) | undefined;
};

export type MadeCharts = ReadonlyMap<string | null, { chartId: number; chartName: string }>;

class RolledBack extends Error {
  constructor(readonly imported: LabelsImported[]) {
    super('a preview stores nothing');
  }
}

/**
 * Brings a file's spans and annotations onto their charts, all or none. Tags without spans are
 * compared with those of the chart's own spans. A row that its chart has
 * is updated where the file differs, if nobody changed it since the file was written. A row that
 * another chart has is copied, under a uid that is the same every time.
 */
export async function importLabels(db: Db, args: LabelImport): Promise<LabelsImported[]> {
  const { file, scope, chartId, preview = false, replace = false } = args;
  const { madeCharts, newCharts, signal, onProgress } = args;
  let transaction = '';
  let imported: LabelsImported[] = [];
  const importing = db.transaction(async (tx) => {
    transaction = await transactionId(tx);
    // There may be many candles between one label and the next.
    await allowPauses(tx);
    const targets = new Targets(tx, scope, file.fileName, chartId, madeCharts);
    await targets.check();
    for (const [inFile, name] of newCharts ?? []) await targets.make(inFile, name);
    const tags = new Map<LabelsImported, TagsOfChart>();
    let rows = 0;
    const saveSpans = async (on: ChartScope, target: LabelsImported, spans: FileSpan[]) => {
      const save = { tx, scope: on, target, fileName: file.fileName };
      await saveRows({ ...save, table: spanAnnotations }, spans, (diff) =>
        applySpans(tx, on, diff),
      );
    };
    for await (const labels of batches(file.labels())) {
      if (signal?.aborted) throw cancelled();
      const { chart, spans, annotations: points, examined, tagged } = labels;
      const target = await targets.find(chart);
      const on: ChartScope = { ...scope, chartId: target.chartId };
      if (tagged) {
        const ofChart = tags.get(target) ?? new TagsOfChart(tx, on, target);
        tags.set(target, ofChart);
        await ofChart.take(tagged);
      } else if (replace && spans.length + points.length > 0) throw notTags(file.fileName);
      await saveSpans(on, target, spans);
      const save = { tx, scope: on, target, fileName: file.fileName };
      await saveRows({ ...save, table: annotations }, points, (diff) =>
        applyAnnotations(tx, on, diff),
      );
      await markExamined(tx, on, examined ?? []);
      rows += spans.length + points.length + (tagged?.runs.length ?? 0);
      onProgress?.({ what: 'labels', rows });
    }
    for (const [target, ofChart] of tags) {
      const created = await ofChart.finish(replace);
      for (let at = 0; at < created.length; at += MAX_DIFF) {
        await saveSpans(ofChart.scope, target, created.slice(at, at + MAX_DIFF));
      }
    }
    if (signal?.aborted) throw cancelled();
    imported = targets.found();
    if (imported[0] && file.unread.size > 0)
      imported[0].unread = [...file.unread].slice(0, MAX_UNREAD);
    if (preview) throw new RolledBack(imported);
    return imported;
  });
  return importing.catch(async (error: unknown) => {
    if (error instanceof RolledBack) return error.imported;
    if (error instanceof AppError || sqlState(error) || transaction === '') throw error;
    // The connection may have been lost with the answer to its commit.
    const isStored = await wasCommitted(() => transactionStatus(db, transaction));
    if (isStored) return imported;
    throw isStored === null ? outcomeUnknown('the labels') : error;
  });
}

const notTags = (fileName: string) =>
  refused(
    `${fileName} holds spans or drawings of its own: only tags alone, without the column spans, take the place of what is there`,
  );

const cancelled = () =>
  new AppError('CLIENT_CLOSED_REQUEST', 'The import was cancelled. Nothing was stored.');

/** The charts that a file's labels go on. */
class Targets {
  readonly #byName = new Map<string | null, LabelsImported>();

  constructor(
    readonly tx: Tx,
    readonly scope: Scope,
    readonly fileName: string,
    readonly chartId: number | null,
    made: MadeCharts = new Map(),
  ) {
    for (const [inFile, chart] of made) this.#add(inFile, chart, true);
  }

  async check() {
    if (this.chartId !== null) await this.#require(this.chartId);
  }

  async find(name: string | null): Promise<LabelsImported> {
    const known = this.#byName.get(name);
    if (known) return known;
    return this.#add(name, await this.#chart(name), false);
  }

  async make(inFile: string | null, name: string) {
    const chart = await createChart(this.tx, this.scope, name);
    this.#add(inFile, { chartId: chart.id, chartName: chart.name }, true);
  }

  #add(name: string | null, chart: { chartId: number; chartName: string }, isNew: boolean) {
    const target = { ...chart, isNew, created: 0, changed: 0, unchanged: 0, removed: 0 };
    this.#byName.set(name, target);
    return target;
  }

  #require = (chartId: number) => requireChart(this.tx, { ...this.scope, chartId });

  found = () => [...this.#byName.values()];

  async #chart(name: string | null) {
    const file = this.fileName;
    if (this.chartId !== null) {
      const [first] = this.#byName.keys();
      if (first !== undefined) {
        const both = `“${first ?? ''}” and “${name ?? ''}”`;
        throw refused(`${file} holds labels of several charts, ${both}: they do not go on one`);
      }
      return { chartId: this.chartId, chartName: (await this.#require(this.chartId)).name };
    }
    if (name === null) throw refused(`${file} does not say which chart its labels are of`);
    const [chart] = await findChartsByName(this.tx, this.scope, [name]);
    if (!chart) throw refused(`${file} holds labels of “${name}”, and there is no such chart`);
    return { chartId: chart.id, chartName: chart.name };
  }
}

async function* batches(labels: AsyncIterable<FileLabels>): AsyncGenerator<FileLabels, void> {
  let batch: FileLabels | null = null;
  for await (const each of labels) {
    const full = batch && batch.spans.length + batch.annotations.length >= MAX_DIFF;
    if (batch && (full || each.tagged || batch.chart !== each.chart)) {
      yield batch;
      batch = null;
    }
    if (each.tagged) {
      yield each;
      continue;
    }
    batch ??= { chart: each.chart, spans: [], annotations: [] };
    for (const span of each.spans) batch.spans.push(span);
    for (const annotation of each.annotations) batch.annotations.push(annotation);
    if (each.examined) batch.examined = (batch.examined ?? []).concat(each.examined);
  }
  if (batch) yield batch;
}

/** What the file says was examined, as said by whoever imports it. */
async function markExamined(tx: Tx, scope: ChartScope, ranges: readonly FileExamined[]) {
  const sets = new Map<string, Bars[]>();
  for (const { labelSet, ...window } of ranges) {
    const bars = await barsIn(tx, scope, window);
    const key = JSON.stringify(labelSet && [...labelSet].sort());
    if (bars) sets.set(key, [...(sets.get(key) ?? []), bars]);
  }
  const steps = [...sets].map(
    ([key, bars]): Step => ({ type: 'mark', bars, source: 'import', labelSet: JSON.parse(key) }),
  );
  if (steps.length > 0) await examine(tx, scope, { person: scope.actor.id }, steps);
}

/** A row without a uid is new, unless the chart or the file has its like already. */
async function withUids<Fields extends Shape>(
  { tx, scope, target, table }: SaveTo,
  rows: (Fields & InFile)[],
): Promise<(Fields & InFile & { uid: string })[]> {
  const times = rows.flatMap((row) => (row.uid === null ? startOf(row) : []));
  const like = await listRowsAt(tx, scope, table, [...new Set(times)]);
  const known = new Map(like.map((row) => [shapeOf(row), row]));
  return rows.flatMap((row) => {
    if (row.uid !== null) return [{ ...row, uid: row.uid }];
    const shape = shapeOf(row);
    const there = known.get(shape);
    if (there) {
      target.unchanged++;
      if (saysMore(row, there)) {
        const { rows, where } = target.notTaken ?? { rows: 0, where: row.where ?? '' };
        target.notTaken = { rows: rows + 1, where };
      }
      return [];
    }
    known.set(shape, row);
    return [{ ...row, uid: uuidOf(`${target.chartId} ${shape}`) }];
  });
}

/** What a file has no column for stays as the chart has it. */
async function completed<Row extends InFile & { uid: string }>(
  { tx, scope, table }: SaveTo,
  rows: Row[],
): Promise<Row[]> {
  const partial = rows.filter(({ absent = [] }) => absent.length > 0);
  const uids = partial.map(({ uid }) => uid);
  const there = await findRows(tx, scope, table, uids);
  return rows.map(({ absent = [], dates: _, where: __, ...row }) => {
    const known = there.get(row.uid) ?? {};
    const kept = absent.filter((name) => name in known).map((name) => [name, known[name]]);
    return { ...row, ...Object.fromEntries(kept) } as Row;
  });
}

/** Whether the file gives a row something that the one that is there has otherwise. */
const saysMore = (row: Shape & InFile, there: Shape) =>
  SAID.some((name) => {
    const said = (row as Record<string, unknown>)[name] ?? null;
    return said !== null && !isDeepStrictEqual(said, (there as Record<string, unknown>)[name]);
  });

const SAID = ['confidence', 'outcome', 'notes', 'subSpans', 'color', 'modelPrediction'];

type SaveTo = {
  tx: Tx;
  scope: ChartScope;
  target: LabelsImported;
  fileName: string;
  table: typeof spanAnnotations | typeof annotations;
};

async function saveRows<Fields extends Shape>(
  to: SaveTo,
  inFile: (Fields & InFile)[],
  save: (diff: Diff<Fields>) => Promise<ApplyResult<Shape & { uid: string; rev: number }>>,
) {
  await requireTimesOfDay(to.tx, to.scope, to.target, inFile);
  refuseTwice(inFile);
  const rows = await completed(to, await withUids<Fields>(to, inFile));
  if (rows.length === 0) return;
  const { target } = to;
  const own = new Set(inFile.map(({ uid }) => uid));
  const foreign = rows.filter(({ uid }) => !own.has(uid));
  await requireCandles(to.tx, to.scope, target, to.fileName, foreign);
  const uids = rows.map(({ uid }) => uid);
  const holders = await findHolders(to.tx, to.scope, to.table, uids);
  const diff: Diff<Fields> = { created: [], updated: [], deleted: [] };
  for (const row of rows) {
    const { uid, rev } = row;
    const holder = holders.get(uid);
    if (holder === null) {
      diff.created.push({ ...row, uid: uuidOf(`${target.chartId} ${uid}`), rev: undefined });
    } else if (holder !== undefined && rev !== null) diff.updated.push({ ...row, rev });
    // A file may bring back what was deleted since it was written.
    else diff.created.push({ ...row, rev: undefined });
  }
  const copies = await findHolders(
    to.tx,
    to.scope,
    to.table,
    diff.created.map(({ uid }) => uid),
  );
  const saved = await save(diff).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code === 'BAD_REQUEST') await refuseUnknown(to, inFile);
    if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
    const count = error.conflicts?.length ?? 0;
    const rowsAre = count === 1 ? 'row differs' : 'rows differ';
    throw new AppError(
      'CONFLICT',
      `${count} ${rowsAre} between ${to.fileName} and the chart “${target.chartName}”, where somebody has changed them since the file was written. Nothing was saved.`,
      error.conflicts,
    );
  });
  const written = saved.rows.filter(({ uid, rev }) => {
    const before = holders.get(uid) ?? copies.get(uid);
    if (before === undefined || before === null) target.created++;
    else if (before === rev) target.unchanged++;
    else target.changed++;
    return before !== rev;
  });
  await countOffCandles(to.tx, to.scope, target, written);
}

/** Throws a BAD_REQUEST for a uid that stands in two of `rows`. */
function refuseTwice(rows: readonly InFile[]) {
  const seen = new Map<string, string | undefined>();
  for (const { uid, where } of rows) {
    if (uid === null) continue;
    if (seen.has(uid)) {
      const what = `the uid ${uid} stands at ${seen.get(uid)} already. Remove one of the two, or the uid of a copy`;
      throw refused(`${where}: ${what}`);
    }
    seen.set(uid, where);
  }
}

/** Throws a BAD_REQUEST where a label of `rows` is not there, with its line and what there is. */
async function refuseUnknown<Fields extends Shape>(
  { tx }: SaveTo,
  rows: readonly (Fields & InFile)[],
) {
  const names = (await tx.select({ name: spanLabelTypes.name }).from(spanLabelTypes)).map(
    ({ name }) => name,
  );
  const known = new Set([...names, NEGATIVE_LABEL]);
  for (const row of rows) {
    if (!('label' in row) || known.has(row.label)) continue;
    const { label, where } = row;
    const meant = names.find((name) => lettersOf(name) === lettersOf(label));
    const there = names.slice(0, MAX_NAMED).map((name) => `“${name}”`);
    const others = there.length < names.length ? `${there.join(', ')}, …` : there.join(', ');
    const advice = meant
      ? `but “${meant}”: write it so`
      : `only ${others}. Make it in the Labels tab, write one of these, or O where there is no pattern`;
    throw refused(`${where}: There is no span label “${label}”, ${advice}`);
  }
}

const MAX_NAMED = 20;
const lettersOf = (name: string) => name.toLowerCase().replaceAll(/[\s_-]/g, '');

const refused = (what: string) => new AppError('BAD_REQUEST', `${what}. Nothing was saved.`);
