'use client';

import { useRef, useState } from 'react';
import type { ExportFormat } from '@/contract/exports';
import type {
  ImportEvent,
  ImportTarget,
  Inspection,
  Mapping,
  OhlcPolicy,
  Question,
} from '@/contract/uploads';
import { codeOf, reasonOf, trpc } from '@/trpc/client';
import { nameFrom } from './file-name';
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
/** A file that is being read as candles. */
export type Reading = { upload: Upload; inspection: Inspection; choices: ImportChoices };
type Event<Type extends ImportEvent['type']> = Extract<ImportEvent, { type: Type }>;
export type Progress = Event<'progress'>;
export type Done = Event<'done'>;
type Task = 'preview' | 'import';

/** Where an import stands; each step names what the next one needs. */
export type ImportStep =
  | { name: 'choose'; error: string | null }
  | { name: 'uploading'; fileName: string; sent: number; size: number; elapsedMs: number }
  | { name: 'labels'; upload: Upload; format: ExportFormat }
  | { name: 'mapping'; reading: Reading; error: string | null; overlaps?: boolean }
  | { name: 'working'; reading: Reading; task: Task; progress: Progress | null }
  | { name: 'changes'; reading: Reading; preview: Event<'preview'> }
  | { name: 'refused'; reading: Reading; task: Task; refused: Event<'refused'> }
  | { name: 'done'; fileName: string; done: Done };

/** One file on its way from the disk into a chart; `chartId` is the one that is offered first. */
export function useImport(chartId: number | null) {
  const { client, charts, candles } = trpc.useUtils();
  const [step, setStep] = useState<ImportStep>({ name: 'choose', error: null });
  const running = useRef<AbortController | null>(null);

  function begin(): AbortSignal {
    running.current?.abort();
    running.current = new AbortController();
    return running.current.signal;
  }

  async function start(file: File) {
    const signal = begin();
    const { name: fileName, size } = file;
    if (size === 0) return setStep({ name: 'choose', error: `${fileName} is empty.` });
    const upload = { uploadId: crypto.randomUUID(), fileName };
    const started = performance.now();
    const onSent = (sent: number) => {
      const elapsedMs = performance.now() - started;
      setStep({ name: 'uploading', fileName, sent, size, elapsedMs });
    };
    try {
      await uploadFile(client, file, { uploadId: upload.uploadId, signal, onSent });
      const format = await client.exports.labelFormat.query(upload, { signal });
      if (format) setStep({ name: 'labels', upload, format });
      else await inspect(upload, signal);
    } catch (error) {
      discard(upload);
      setStep({ name: 'choose', error: signal.aborted ? null : reasonOf(error) });
    }
  }

  /** A file that holds labels as well. */
  async function readAsCandles(upload: Upload) {
    const signal = begin();
    try {
      await inspect(upload, signal);
    } catch (error) {
      discard(upload);
      setStep({ name: 'choose', error: reasonOf(error) });
    }
  }

  async function inspect(upload: Upload, signal: AbortSignal) {
    const inspection = await client.uploads.inspect.query(upload, { signal });
    const { mapping } = inspection;
    const choices: ImportChoices = {
      ...{ mode: 'new', chartName: nameFrom(upload.fileName), chartId, mapping },
      ...{ ohlcPolicy: 'keep', dropFlatBars: false, acceptGoodRows: false, answered: [] },
    };
    setStep({ name: 'mapping', reading: { upload, inspection, choices }, error: null });
  }

  function choose(reading: Reading, changed: Partial<ImportChoices>) {
    const choices = { ...reading.choices, ...changed };
    setStep({ name: 'mapping', reading: { ...reading, choices }, error: null });
    if (!changed.mapping) return;
    const { delimiter, table } = reading.choices.mapping;
    const isSplitAnew = changed.mapping.delimiter !== delimiter;
    if (table !== changed.mapping.table) void takeTable(reading.upload, changed.mapping.table);
    else void look(reading.upload, changed.mapping, isSplitAnew);
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
        return { ...now, reading: { upload, inspection: { ...inspection, questions }, choices } };
      });
    } catch (error) {
      setStep((now) => (now.name === 'mapping' ? { ...now, error: reasonOf(error) } : now));
    }
  }

  /** Reads the preview again under a mapping that a person changed. */
  async function look(upload: Upload, mapping: Mapping, isSplitAnew: boolean) {
    const signal = begin();
    const update = (change: (now: Extract<ImportStep, { name: 'mapping' }>) => ImportStep) => {
      if (!signal.aborted) setStep((now) => (now.name === 'mapping' ? change(now) : now));
    };
    try {
      const inspection = await client.uploads.inspect.query({ ...upload, mapping }, { signal });
      update(({ reading: { choices }, ...now }) => {
        const read = isSplitAnew ? { ...choices, mapping: fitted(mapping, inspection) } : choices;
        return { ...now, reading: { upload, inspection, choices: read }, error: null };
      });
    } catch (error) {
      update((now) => ({ ...now, error: reasonOf(error) }));
    }
  }

  async function run(reading: Reading, task: Task) {
    const signal = begin();
    const { upload, choices } = reading;
    const { mode, chartName, chartId: into, mapping } = choices;
    const { ohlcPolicy, dropFlatBars, acceptGoodRows } = choices;
    const file = { ...upload, mapping, ohlcPolicy, dropFlatBars, acceptGoodRows };
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
      const cancelled = task === 'import' ? 'The import was cancelled; nothing was stored.' : null;
      const reason = signal.aborted ? cancelled : reasonOf(error);
      const overlaps = mode === 'append' && codeOf(error) === 'CONFLICT';
      setStep({ name: 'mapping', reading, error: reason, overlaps });
    }
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
        return setStep({ name: 'done', fileName: reading.upload.fileName, done: event });
    }
  }

  /** To the mapping, where one bad row refuses the file again. */
  function back(reading: Reading) {
    choose(reading, { acceptGoodRows: false });
  }

  /** The server forgets the file; it would by itself after a day. */
  function discard({ uploadId }: Upload) {
    client.uploads.discard
      .mutate({ uploadId })
      .catch((error: unknown) => console.warn('the upload could not be discarded', error));
  }

  function cancel() {
    running.current?.abort();
  }

  function reset() {
    cancel();
    if ('reading' in step) discard(step.reading.upload);
    if (step.name === 'labels') discard(step.upload);
    setStep({ name: 'choose', error: null });
  }

  return { step, start, readAsCandles, choose, run, back, cancel, reset };
}

/** Other columns than there were: what they are has to be said anew. */
function fitted(mapping: Mapping, { rows }: Inspection): Mapping {
  const width = Math.max(2, ...rows.map(({ length }) => length));
  return { ...mapping, columns: Array.from({ length: Math.min(width, 200) }, () => 'ignore') };
}
