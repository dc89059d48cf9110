import { open } from 'node:fs/promises';
import { MAX_UPLOAD } from '@/contract/uploads';
import { AppError } from '../../errors';

export type ReadProgress = { bytes: number };

/** A file's bytes, those of a packed one unpacked. */
export type ByteFile = {
  /** For messages: prices.csv, or prices.zip: AAPL.csv. */
  fileName: string;
  /** What `progress.bytes` counts up to. */
  totalBytes: number;
  /** Where the bytes lie as they are on disk; null of those that have to be unpacked. */
  path: string | null;
  /** From the beginning at each call; what it yields may be overwritten by the next chunk. */
  bytes(progress?: ReadProgress): AsyncGenerator<Uint8Array, void>;
};

/** Small enough for others to get their turn while it is read, and for the socket to take its rows. */
const CHUNK = 1 << 18;
export const PACKED_CHUNK = 1 << 16;
const HEAD = 4_096;

/** The file at `path`; `fileName` is what its sender calls it. */
export async function openFile(path: string, fileName: string): Promise<ByteFile> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new AppError('NOT_FOUND', `There is no file ${fileName}.`);
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new AppError('BAD_REQUEST', `${fileName} is not a file.`);
    const bytes = (progress: ReadProgress = { bytes: 0 }) => readChunks(path, progress);
    return { fileName, totalBytes: found.size, path, bytes };
  } finally {
    await file.close();
  }
}

/** All chunks are in the same memory; what a stream allocates for each lies about for long. */
async function* readChunks(path: string, progress: ReadProgress) {
  progress.bytes = 0;
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      progress.bytes += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The first bytes. Throws a BAD_REQUEST where there are none. */
export async function headOf(file: ByteFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of file.bytes()) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= HEAD) break;
  }
  if (length === 0) throw new AppError('BAD_REQUEST', `${file.fileName} is empty.`);
  return Buffer.concat(chunks).subarray(0, HEAD);
}

/** No table is packed tighter, and zeros are to a thousandth: asked beyond so many bytes. */
const MOST_TIMES = 200;
const TOLD_BY = 1 << 26;

/** What comes out of an unpacker, which has taken in `packedBytes`: a small file can unpack to terabytes. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  packedBytes: () => number,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > MAX_UPLOAD) {
        const limit = MAX_UPLOAD / 2 ** 30;
        throw new AppError('BAD_REQUEST', `${fileName} unpacks to more than ${limit} GiB.`);
      }
      if (bytes > TOLD_BY && bytes > MOST_TIMES * packedBytes()) {
        const why = `unpacks to more than ${MOST_TIMES} times its size, as no table of prices does`;
        throw new AppError('BAD_REQUEST', `${fileName} ${why}. If it is one, unpack it first.`);
      }
      yield chunk;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_') ? damaged(fileName) : error;
  }
}

export const damaged = (fileName: string) =>
  new AppError('BAD_REQUEST', `${fileName} is damaged: it cannot be unpacked to its end.`);
