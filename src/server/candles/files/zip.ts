import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AppError } from '../../errors';
import { type ByteFile, damaged, type ReadProgress, unpacked } from './byte-file';

/** More than anybody's archive of candles holds. */
const MAX_ENTRIES = 10_000;

/** With files in it, or none. */
export const isZip = (head: Buffer) =>
  ['PK\x03\x04', 'PK\x05\x06'].includes(head.toString('latin1', 0, 4));

/** The files in the zip at `path`, without what a Mac adds. Throws a BAD_REQUEST where there is none. */
export async function listZip(
  path: string,
  fileName: string,
): Promise<{ name: string; file: ByteFile }[]> {
  const entries = await readEntries(path, fileName);
  const files = entries.filter((entry) => !isClutter(entry.fileName));
  if (files.length === 0) {
    throw new AppError('BAD_REQUEST', `${fileName} is a zip file without a file in it.`);
  }
  const named = files.length > 1;
  return files.map((entry) => {
    const shown = named ? `${fileName}: ${entry.fileName}` : fileName;
    return { name: entry.fileName, file: memberOf(path, shown, entry) };
  });
}

async function readEntries(path: string, fileName: string): Promise<Entry[]> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entries.push(entry) > MAX_ENTRIES) break;
    }
    return entries;
  } catch {
    const why = 'is a damaged zip file: its list of contents cannot be read.';
    throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
  } finally {
    zip?.close();
  }
}

function memberOf(path: string, fileName: string, entry: Entry): ByteFile {
  return {
    fileName,
    totalBytes: entry.uncompressedSize,
    path: null,
    bytes: (progress: ReadProgress = { bytes: 0 }) => readEntry(path, fileName, entry, progress),
  };
}

async function* readEntry(path: string, fileName: string, entry: Entry, progress: ReadProgress) {
  if (entry.isEncrypted()) {
    const why = 'is a zip file with a password. Unpack it first.';
    throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
  }
  if (!entry.canDecodeFileData()) {
    const why = 'is packed by a method that is not supported. Unpack it first.';
    throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
  }
  progress.bytes = 0;
  // The list may be closed by now, and a member is read more than once.
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  let sum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of unpacked(stream, fileName, () => entry.compressedSize)) {
      sum = crc32(chunk, sum);
      progress.bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    // What yauzl says of sizes and headers that do not fit has no code.
    throw error instanceof AppError || isSystemError(error) ? error : damaged(fileName);
  } finally {
    zip.close();
  }
  if (sum !== entry.crc32) throw damaged(fileName);
}

const isSystemError = (error: unknown) => error instanceof Error && 'syscall' in error;

const isClutter = (name: string) =>
  name.endsWith('/') || name.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(name);
