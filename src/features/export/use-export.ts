'use client';

import { useEffect, useRef, useState } from 'react';
import { EXPORT_FILES, type ExportInput } from '@/contract/exports';
import { reasonOf } from '@/trpc/client';
import { pacedClient } from '@/trpc/paced-client';
import { type FileSink, openSink } from './file-sink';

const SHOWN_EVERY_MS = 100;

export type ExportProgress = { rows: number; totalRows: number; bytes: number; elapsedMs: number };
export type ExportState =
  | { name: 'choosing'; error: string | null }
  | { name: 'running'; fileName: string; progress: ExportProgress | null }
  | { name: 'done'; fileName: string; progress: ExportProgress };

/** One file on its way from the server to the disk. */
export function useExport() {
  const [state, setState] = useState<ExportState>({ name: 'choosing', error: null });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function run(input: ExportInput, suggestedName: string) {
    const stopped = new AbortController();
    running.current = stopped;
    let sink: FileSink | null = null;
    try {
      sink = await openSink(suggestedName, EXPORT_FILES[input.format].mimeType);
      if (!sink) return;
      const { fileName } = sink;
      setState({ name: 'running', fileName, progress: null });
      const show = (progress: ExportProgress) => setState({ name: 'running', fileName, progress });
      const progress = await fill(sink, input, stopped.signal, show);
      await sink.close();
      setState({ name: 'done', fileName, progress });
    } catch (error) {
      await sink?.abort().catch((why: unknown) => console.warn('what was written stays', why));
      const cancelled = 'The export was cancelled. There is no file.';
      const failed = `${reasonOf(error)} There is no file: what had been written is gone.`;
      setState({ name: 'choosing', error: stopped.signal.aborted ? cancelled : failed });
    }
  }

  return {
    state,
    run,
    cancel: () => running.current?.abort(),
    again: () => setState({ name: 'choosing', error: null }),
  };
}

async function fill(
  sink: FileSink,
  input: ExportInput,
  signal: AbortSignal,
  show: (progress: ExportProgress) => void,
): Promise<ExportProgress> {
  const { encoding } = EXPORT_FILES[input.format];
  const { client, taken } = pacedClient();
  const started = performance.now();
  let shown = started;
  let bytes = 0;
  let progress: ExportProgress = { rows: 0, totalRows: 0, bytes: 0, elapsedMs: 0 };
  for await (const { data, rows, totalRows } of await client.exports.download.query(input, {
    signal,
  })) {
    const part = encoding === 'base64' ? Uint8Array.from(atob(data), codeOf) : data;
    await sink.write(part);
    taken();
    // Going away is noticed at the next part, not when the browser tells the stream.
    signal.throwIfAborted();
    bytes += part.length;
    const now = performance.now();
    progress = { rows, totalRows, bytes, elapsedMs: now - started };
    if (now - shown < SHOWN_EVERY_MS) continue;
    shown = now;
    show(progress);
  }
  return progress;
}

const codeOf = (character: string) => character.charCodeAt(0);
