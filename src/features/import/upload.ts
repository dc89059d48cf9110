import { UPLOAD_CHUNK } from '@/contract/uploads';
import type { trpc } from '@/trpc/client';

export type Client = ReturnType<typeof trpc.useUtils>['client'];
/** A file that the server has. */
export type Upload = { uploadId: string; fileName: string };

/** Sends the file in pieces; `onSent` is told the bytes so far. */
export async function uploadFile(
  client: Client,
  file: File,
  {
    uploadId,
    signal,
    onSent,
  }: { uploadId: string; signal: AbortSignal; onSent(bytes: number): void },
) {
  for (let offset = 0; offset < file.size; offset += UPLOAD_CHUNK) {
    onSent(offset);
    const bytes = await base64(file.slice(offset, offset + UPLOAD_CHUNK));
    await client.uploads.append.mutate({ uploadId, offset, bytes }, { signal });
  }
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
