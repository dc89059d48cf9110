'use client';

import { useRef, useState } from 'react';
import { assertNever } from '@/contract/assert-never';
import type { LabelFormat } from '@/contract/exports';
import type {
  ImportEvent,
  ImportTarget,
  Inspection,
  Mapping,
  OhlcPolicy,
  Question,
} from '@/contract/uploads';
import { codeOf, reasonOf, trpc } from '@/trpc/client';
import { askOutcome, isLost, saidOf } from './lost-answer';
import { commonName, mappingOfOther, type OtherFile, titleOf } from './several-files';
import { type Upload, uploadFile } from './upload';

export type ImportChoices = {
  mode: ImportTarget['mode'];
  /** Of a new chart. */
  chartName: string;
  /** The chart that candles are appended to or merged into. */
  chartId: number | null;
  mapping: Mapping;
  ohlcPolicy: OhlcPolicy;
  dropFlatBars: boolean;
  acceptGoodRows: boolean;
  /** Questions that the file leaves open and that have been answered. */
  answered: Question['field'][];
};
/** A file that is being read as candles, and others that go into the same chart. */
export type Reading = {
  upload: Upload;
  inspection: Inspection;
  choices: ImportChoices;
  others: OtherFile[];
};
type Event<Type extends ImportEvent['type']> = Extract<ImportEvent, { type: Type }>;
export type Progress = Event<'progress'>;
export type Done = Event<'done'>;
type Task = 'preview' | 'import';

/** All files of a reading, as each is read. */
export function filesOf({ upload, inspection, choices, others }: Reading) {
  const { mapping } = choices;
  return [
    { ...upload, mapping },
    ...others.map((other) => ({
      ...other.upload,
      mapping: mappingOfOther(inspection, other, mapping) ?? other.inspection.mapping,
    })),
  ];
}

/** Where an import stands; each step names what the next one needs. */
export type ImportStep =
  | { name: 'choose'; error: string | null }
  | { name: 'uploading'; fileName: string; sent: number; size: number; elapsedMs: number }
  | { name: 'labels'; upload: Upload; format: LabelFormat }
  | { name: 'mapping'; reading: Reading; error: string | null; overlaps?: boolean }
  | { name: 'working'; reading: Reading; task: Task; progress: Progress | null }
  | { name: 'changes'; reading: Reading; preview: Event<'preview'> }
  | { name: 'refused'; reading: Reading; task: Task; refused: Event<'refused'> }
  | { name: 'done'; fileName: string; done: Done };

/** Files on their way from the disk into a chart; `chartId` is the one that is offered first. */
export function useImport(chartId: number | null) {
  const { client, charts, candles } = trpc.useUtils();
  const [step, setStep] = useState<ImportStep>({ name: 'choose', error: null });
  const running = useRef<AbortController | null>(null);

  function begin(): AbortSignal {
    running.current?.abort();
    running.current = new AbortController();
    return running.current.signal;
  }

  async function start(files: File[]) {
    const signal = begin();
    const empty = files.find(({ size }) => size === 0);
    if (empty) return setStep({ name: 'choose', error: `${empty.name} is empty.` });
    const uploads: Upload[] = [];
    try {
      for (const file of files) uploads.push(await send(file, uploads.length, files, signal));
      const [first, ...others] = uploads;
      if (!first) return;
      const format = await labelFormat(uploads, signal);
      if (format) setStep({ name: 'labels', upload: first, format });
      else await inspect(first, others, signal);
    } catch (error) {
      discard(uploads);
      setStep({ name: 'choose', error: signal.aborted ? null : reasonOf(error) });
    }
  }

  async function send(file: File, at: number, files: File[], signal: AbortSignal) {
    const upload = { uploadId: crypto.randomUUID(), fileName: file.name };
    const started = performance.now();
    const fileName = files.length > 1 ? `${file.name} (${at + 1} of ${files.length})` : file.name;
    const onSent = (sent: number) => {
      const elapsedMs = performance.now() - started;
      setStep({ name: 'uploading', fileName, sent, size: file.size, elapsedMs });
    };
    await uploadFile(client, file, { uploadId: upload.uploadId, signal, onSent });
    return upload;
  }

  /** Of one file; null where they hold candles. */
  async function labelFormat(uploads: Upload[], signal: AbortSignal) {
    for (const upload of uploads) {
      const format = await client.exports.labelFormat.query(upload, { signal });
      if (format && uploads.length > 1) {
        throw new Error(`${upload.fileName} holds labels: import it alone.`);
      }
      if (format) return format;
    }
    return null;
  }

  /** A file that holds labels as well. */
  async function readAsCandles(upload: Upload) {
    const signal = begin();
    try {
      await inspect(upload, [], signal);
    } catch (error) {
      discard([upload]);
      setStep({ name: 'choose', error: reasonOf(error) });
    }
  }

  async function inspect(upload: Upload, more: Upload[], signal: AbortSignal) {
    const inspection = await client.uploads.inspect.query(upload, { signal });
    const { mapping } = inspection;
    const others: OtherFile[] = [];
    for (const each of more) {
      const other = {
        upload: each,
        inspection: await client.uploads.inspect.query(each, { signal }),
      };
      if (!mappingOfOther(inspection, other, mapping)) {
        const why = 'one chart is made of files with the same columns. Import it by itself';
        throw new Error(`${each.fileName} has other columns than ${upload.fileName}: ${why}.`);
      }
      others.push(other);
    }
    const chartName = commonName([upload, ...more].map(({ fileName }) => fileName));
    const choices: ImportChoices = {
      ...{ mode: 'new', chartName, chartId, mapping },
      ...{ ohlcPolicy: 'keep', dropFlatBars: false, acceptGoodRows: false, answered: [] },
    };
    setStep({ name: 'mapping', reading: { upload, inspection, choices, others }, error: null });
  }

  function choose(reading: Reading, changed: Partial<ImportChoices>) {
    const before = reading.choices.mapping;
    const choices = { ...reading.choices, ...changed };
    // Other columns than there were: what they are has to be said anew.
    if (choices.mapping.delimiter !== before.delimiter) {
      choices.mapping = { ...choices.mapping, columns: NO_COLUMNS };
    }
    setStep({ name: 'mapping', reading: { ...reading, choices }, error: null });
    if (!changed.mapping) return;
    if (before.table !== choices.mapping.table) {
      void takeTable(reading.upload, choices.mapping.table);
    } else void look(reading.upload, choices.mapping);
  }

  /** Another of the file's tables, which is read in its own way. */
  async function takeTable(upload: Upload, table: string | undefined) {
    const signal = begin();
    try {
      const inspection = await client.uploads.inspect.query({ ...upload, table }, { signal });
      setStep((now) => {
        if (now.name !== 'mapping' || signal.aborted) return now;
        const choices = { ...now.reading.choices, mapping: inspection.mapping };
        // Which table it is was asked, and stays to be seen.
        const asked = now.reading.inspection.questions.filter(({ field }) => field === 'table');
        const questions = [...asked, ...inspection.questions];
        const { others } = now.reading;
        const looked = { ...inspection, questions };
        return { ...now, reading: { upload, inspection: looked, choices, others } };
      });
    } catch (error) {
      setStep((now) => (now.name === 'mapping' ? { ...now, error: reasonOf(error) } : now));
    }
  }

  /** Reads the preview again under a mapping that a person changed. */
  async function look(upload: Upload, mapping: Mapping) {
    const signal = begin();
    const update = (change: (now: Extract<ImportStep, { name: 'mapping' }>) => ImportStep) => {
      if (!signal.aborted) setStep((now) => (now.name === 'mapping' ? change(now) : now));
    };
    try {
      const inspection = await client.uploads.inspect.query({ ...upload, mapping }, { signal });
      update(({ reading: { choices, others }, ...now }) => {
        const read = { ...choices, mapping: fitted(mapping, inspection) };
        return { ...now, reading: { upload, inspection, choices: read, others }, error: null };
      });
    } catch (error) {
      update((now) => ({ ...now, error: reasonOf(error) }));
    }
  }

  async function run(reading: Reading, task: Task) {
    const signal = begin();
    const { mode, chartName, chartId: into } = reading.choices;
    const { ohlcPolicy, dropFlatBars, acceptGoodRows } = reading.choices;
    const [first, ...more] = filesOf(reading);
    const file = { ...first!, more, ohlcPolicy, dropFlatBars, acceptGoodRows };
    setStep({ name: 'working', reading, task, progress: null });
    try {
      const target: ImportTarget =
        mode === 'new' ? { mode, chartName } : { mode, chartId: into as number };
      const events =
        task === 'preview' && target.mode !== 'new'
          ? await client.uploads.previewImport.mutate({ ...file, ...target }, { signal })
          : await client.uploads.import.mutate({ ...file, target }, { signal });
      for await (const event of events) await take(reading, task, event);
    } catch (error) {
      if (task === 'import' && isLost(error, signal)) return settle(reading, signal);
      const reason = signal.aborted ? null : reasonOf(error);
      const overlaps = mode === 'append' && codeOf(error) === 'CONFLICT';
      setStep({ name: 'mapping', reading, error: reason, overlaps });
    }
  }

  /** Says what became of an import whose answer was lost. */
  async function settle(reading: Reading, signal: AbortSignal) {
    // Of several files the first one stands for all.
    const outcome = await askOutcome(client, reading.upload.uploadId);
    if (outcome.state === 'stored' && outcome.done) return take(reading, 'import', outcome.done);
    setStep({ name: 'mapping', reading, error: saidOf(outcome, signal) });
  }

  async function take(reading: Reading, task: Task, event: ImportEvent) {
    switch (event.type) {
      case 'progress':
        return setStep({ name: 'working', reading, task, progress: event });
      case 'refused':
        return setStep({ name: 'refused', reading, task, refused: event });
      case 'preview':
        return setStep({ name: 'changes', reading, preview: event });
      case 'done':
        await Promise.all([
          charts.invalidate(),
          candles.pyramid.invalidate({ chartId: event.chartId }),
        ]);
        return setStep({ name: 'done', fileName: titleOf(filesOf(reading)), done: event });
      default:
        assertNever(event);
    }
  }

  /** To the mapping, where one bad row refuses the file again. */
  function back(reading: Reading) {
    choose(reading, { acceptGoodRows: false });
  }

  /** The server forgets the files; it would by itself after a day. */
  function discard(uploads: Upload[]) {
    for (const { uploadId } of uploads) {
      client.uploads.discard
        .mutate({ uploadId })
        .catch((error: unknown) => console.warn('the upload could not be discarded', error));
    }
  }

  function cancel() {
    running.current?.abort();
  }

  function reset() {
    cancel();
    if ('reading' in step) discard(filesOf(step.reading));
    if (step.name === 'labels') discard([step.upload]);
    setStep({ name: 'choose', error: null });
  }

  return { step, start, readAsCandles, choose, run, back, cancel, reset };
}

const NO_COLUMNS: Mapping['columns'] = ['ignore', 'ignore'];

/** With as many columns as the rows have: a person may choose on before it is known how many there are. */
function fitted(mapping: Mapping, { rows }: Inspection): Mapping {
  const width = Math.max(mapping.columns.length, ...rows.map(({ length }) => length));
  const columns = Array.from({ length: width }, (_, at) => mapping.columns[at] ?? 'ignore');
  return { ...mapping, columns };
}
