'use client';

import { useRef, useState } from 'react';
import { type ImportEvent, type Inspection, type Mapping, UPLOAD_CHUNK } from '@/contract/candles';
import { trpc } from '@/trpc/client';

export type ImportChoices = {
  chartName: string;
  mapping: Mapping;
  enclose: 'keep' | 'widen' | 'drop';
  acceptGoodRows: boolean;
};
type Source = { uploadId: string; fileName: string };
type Refused = Extract<ImportEvent, { type: 'refused' }>;
export type Done = Extract<ImportEvent, { type: 'done' }>;

/** Where an import stands; each step names what the next one needs. */
export type ImportStep =
  | { name: 'choose'; error: string | null }
  | { name: 'uploading'; fileName: string; sent: number; size: number }
  | { name: 'mapping'; source: Source; inspection: Inspection; error: string | null }
  | {
      name: 'importing';
      source: Source;
      inspection: Inspection;
      rows: number;
      share: number;
      phase: string;
    }
  | { name: 'refused'; source: Source; inspection: Inspection; refused: Refused }
  | { name: 'done'; done: Done };

const says = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** One file on its way from the disk into a chart. */
export function useImport() {
  const { client, charts } = trpc.useUtils();
  const [step, setStep] = useState<ImportStep>({ name: 'choose', error: null });
  const running = useRef<AbortController | null>(null);

  async function start(file: File) {
    const controller = new AbortController();
    running.current = controller;
    const source: Source = { uploadId: crypto.randomUUID(), fileName: file.name };
    try {
      if (file.size === 0) throw new Error(`${file.name} is empty.`);
      for (let offset = 0; offset < file.size; offset += UPLOAD_CHUNK) {
        setStep({ name: 'uploading', fileName: file.name, sent: offset, size: file.size });
        const bytes = await base64(file.slice(offset, offset + UPLOAD_CHUNK));
        const { signal } = controller;
        await client.candles.upload.mutate(
          { uploadId: source.uploadId, offset, bytes },
          { signal },
        );
      }
      const inspection = await client.candles.inspect.query(source);
      setStep({ name: 'mapping', source, inspection, error: null });
    } catch (error) {
      discard(source);
      setStep({ name: 'choose', error: controller.signal.aborted ? null : says(error) });
    }
  }

  /** Reads the preview again under a mapping that a person changed. */
  async function remap(source: Source, mapping: Mapping) {
    try {
      const inspection = await client.candles.inspect.query({ ...source, mapping });
      setStep({ name: 'mapping', source, inspection, error: null });
    } catch (error) {
      setStep((now) => (now.name === 'mapping' ? { ...now, error: says(error) } : now));
    }
  }

  async function run(source: Source, inspection: Inspection, choices: ImportChoices) {
    const controller = new AbortController();
    running.current = controller;
    setStep({ name: 'importing', source, inspection, rows: 0, share: 0, phase: 'reading' });
    const { chartName, ...rest } = choices;
    const target = { mode: 'new', chartName } as const;
    try {
      const events = await client.candles.import.mutate(
        { ...source, ...rest, target },
        { signal: controller.signal },
      );
      for await (const event of events) {
        if (event.type === 'progress') {
          const { rows, phase } = event;
          const share = event.totalBytes > 0 ? event.bytes / event.totalBytes : 0;
          setStep({ name: 'importing', source, inspection, rows, share, phase });
        } else if (event.type === 'refused') {
          setStep({ name: 'refused', source, inspection, refused: event });
        } else if (event.type === 'done') {
          await charts.invalidate();
          setStep({ name: 'done', done: event });
        }
      }
    } catch (error) {
      const message = controller.signal.aborted
        ? 'The import was cancelled; nothing was stored.'
        : says(error);
      setStep({ name: 'mapping', source, inspection, error: message });
    }
  }

  /** The server forgets the file; it would by itself after a day. */
  function discard({ uploadId }: Source) {
    client.candles.discard
      .mutate({ uploadId })
      .catch((error: unknown) => console.warn('the upload could not be discarded', error));
  }

  function cancel() {
    running.current?.abort();
  }

  function reset() {
    cancel();
    if ('source' in step) discard(step.source);
    setStep({ name: 'choose', error: null });
  }

  return { step, start, remap, run, cancel, reset };
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'));
    reader.readAsDataURL(blob);
  });
}
