import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { z } from 'zod';
import type {
  appendInput,
  FileRange,
  ImportEvent,
  Inspection,
  importInput,
  inspectInput,
  previewImportInput,
  rangeInput,
} from '@/contract/uploads';
import { env } from '@/lib/env';
import { chooseTable } from '../candles/files/choose-table';
import { inspectFile } from '../candles/files/inspect';
import { inOrderOfTime, rangeOf } from '../candles/import/file-range';
import { type FilePart, importCandles } from '../candles/import/import-candles';
import type { Scope } from '../scope';
import { toTrpcError } from '../to-trpc-error';
import { expectOutcome, outcomeAfter } from './outcomes';
import { appendChunk, discardUpload, findUpload } from './upload-files';

export async function appendToUpload(
  scope: Scope,
  { uploadId, offset, bytes }: z.infer<typeof appendInput>,
): Promise<{ size: number }> {
  const chunk = Buffer.from(bytes, 'base64');
  return { size: await appendChunk({ uploadId, actorId: scope.actor.id }, offset, chunk) };
}

export async function inspectUpload(
  scope: Scope,
  { uploadId, fileName, mapping, table }: z.infer<typeof inspectInput>,
): Promise<Inspection> {
  const path = await findUpload({ uploadId, actorId: scope.actor.id });
  return inspectFile(path, fileName, mapping, table);
}

export async function rangeOfUpload(
  scope: Scope,
  file: z.infer<typeof rangeInput>,
): Promise<FileRange> {
  return rangeOf(await open(scope, file));
}

async function open(
  scope: Scope,
  { uploadId, fileName, mapping }: z.infer<typeof rangeInput>,
): Promise<FilePart> {
  const path = await findUpload({ uploadId, actorId: scope.actor.id });
  return { source: (await chooseTable(path, fileName, mapping.table)).source, mapping };
}

/** Yields how the import goes; the upload is discarded once its candles are stored. */
export async function* importUpload(
  scope: Scope,
  input: z.infer<typeof importInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportEvent, void> {
  yield* read(scope, input, signal, false);
}

/** As `importUpload`, up to where something would change; the upload stays. */
export async function* previewUpload(
  scope: Scope,
  { mode, chartId, ...input }: z.infer<typeof previewImportInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportEvent, void> {
  yield* read(scope, { ...input, target: { mode, chartId } }, signal, true);
}

async function* read(
  scope: Scope,
  { uploadId, fileName, more, ...choices }: z.infer<typeof importInput>,
  signal: AbortSignal | undefined,
  preview: boolean,
): AsyncGenerator<ImportEvent, void> {
  const { DIRECT_DATABASE_URL, DATABASE_URL, DATABASE_FOLDER: databaseFolder } = env();
  const url = DIRECT_DATABASE_URL ?? DATABASE_URL;
  const settle = preview ? null : expectOutcome({ uploadId, actorId: scope.actor.id });
  try {
    const uploads = [uploadId, ...more.map((each) => each.uploadId)];
    const parts: FilePart[] = [];
    for (const file of [{ uploadId, fileName, mapping: choices.mapping }, ...more]) {
      parts.push(await open(scope, file));
    }
    const [first, ...others] = await inOrderOfTime(parts);
    for await (const event of importCandles({
      ...choices,
      ...first!,
      url,
      databaseFolder,
      more: others,
      scope,
      signal,
      preview,
    })) {
      if (event.type === 'done') {
        settle?.({ state: 'stored', done: event, labels: null });
        for (const id of uploads) await discardUpload({ uploadId: id, actorId: scope.actor.id });
      }
      yield event;
    }
  } catch (error) {
    settle?.(outcomeAfter(error));
    // Middlewares are through by the time a generator runs.
    throw toTrpcError(getTRPCErrorFromUnknown(error));
  } finally {
    settle?.({ state: 'nothing' });
  }
}
