import { formatBytes } from '@/components/format';
import { saveFile } from '@/components/save-file';

/** Where a file is written to; after `abort` there is none. */
export type FileSink = {
  fileName: string;
  write(part: string | Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
};

/** The most that is put together in memory. */
export const MAX_IN_MEMORY = 10 ** 9;
/** Smaller parts are kept together until they are this long. */
const GATHERED = 1 << 24;

type SaveHandle = FileSystemFileHandle & { remove?(): Promise<void> };
type SavePicker = (options: {
  suggestedName: string;
  types: { accept: Record<string, string[]> }[];
}) => Promise<SaveHandle>;

const picker = () => (window as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;

/** Whether files are written to disk as they come. */
export const writesToDisk = () => picker() !== undefined;

/** Asks where to; null when the person thinks better of it. */
export async function openSink(fileName: string, mimeType: string): Promise<FileSink | null> {
  const pick = picker();
  if (!pick) return memorySink(fileName, mimeType);
  const ending = fileName.slice(fileName.lastIndexOf('.'));
  const accept = { [mimeType]: [ending] };
  try {
    return await diskSink(await pick({ suggestedName: fileName, types: [{ accept }] }));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** The browser keeps what is written aside until `close`. */
async function diskSink(handle: SaveHandle): Promise<FileSink> {
  const file = await handle.createWritable();
  return {
    fileName: handle.name,
    write: (part) => file.write(part),
    close: () => file.close(),
    async abort() {
      await file.abort();
      // Choosing the name has made an empty file.
      await handle.remove?.();
    },
  };
}

function memorySink(fileName: string, mimeType: string): FileSink {
  const blobs: Blob[] = [];
  let parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  let gathered = 0;
  let size = 0;
  const gather = () => {
    blobs.push(new Blob(parts));
    parts = [];
    gathered = 0;
  };
  return {
    fileName,
    async write(part) {
      size += part.length;
      if (size > MAX_IN_MEMORY) {
        throw new Error(
          `The file is longer than ${formatBytes(MAX_IN_MEMORY)}, the most that this browser is asked to hold in memory. Export fewer charts or as Parquet, use a browser that writes to disk (Chrome, Edge), or npm run export.`,
        );
      }
      parts.push(part);
      gathered += part.length;
      // What is in a blob the browser may move to disk.
      if (gathered > GATHERED) gather();
    },
    async close() {
      gather();
      saveFile(new Blob(blobs, { type: mimeType }), fileName);
    },
    async abort() {
      blobs.length = 0;
      parts = [];
    },
  };
}
