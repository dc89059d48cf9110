import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { MAX_UPLOAD } from '@/contract/uploads';
import { AppError } from '../../errors';
import { findZipEntry, type ZipEntry } from './zip';

/**
 * A file as UTF-8 text, unpacked. Each call of `chunks` reads it from the beginning; what it yields
 * may be overwritten by the next chunk.
 */
export type Source = {
  fileName: string;
  totalBytes: number;
  chunks(progress?: { bytes: number }): AsyncGenerator<Uint8Array, void>;
};

/** Small enough for others to get their turn while it is read, and for the socket to take its rows. */
const CHUNK = 1 << 18;
const PACKED_CHUNK = 1 << 16;
const ZLIB = { chunkSize: PACKED_CHUNK };
const HEAD = 4_096;
const NEWLINE = 10;
const RETURN = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Beginnings of files that get named .csv by mistake. */
const BINARY = [
  ['PAR1', 'a Parquet file'],
  ['SQLite format 3', 'an SQLite database'],
  ['%PDF', 'a PDF document'],
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook'],
  ['\x89PNG', 'a picture'],
  ['7z\xbc\xaf', 'a 7z archive'],
  ['Rar!', 'a RAR archive'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd'],
  ['BZh', 'packed with bzip2'],
  ['\xfd7zXZ', 'packed with xz'],
] as const;

/** Looks at the file at `path`; `fileName` is what its sender calls it, for messages only. */
export async function openSource(path: string, fileName: string): Promise<Source> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new AppError('NOT_FOUND', `There is no file ${fileName}.`);
  });
  let head: Buffer;
  let totalBytes: number;
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new AppError('BAD_REQUEST', `${fileName} is not a file.`);
    totalBytes = found.size;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    head = buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
  const zip = head.toString('latin1', 0, 4) === 'PK\x03\x04';
  const entry = zip ? await findZipEntry(path, fileName) : null;
  if (totalBytes === 0 || entry?.packedBytes === 0) {
    throw new AppError('BAD_REQUEST', `${fileName} is empty.`);
  }
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  return {
    fileName,
    totalBytes,
    async *chunks(progress = { bytes: 0 }) {
      progress.bytes = 0;
      if (!entry && !gzipped) {
        yield* asUtf8(readChunks(path, progress), fileName);
        return;
      }
      const raw = createReadStream(path, {
        highWaterMark: PACKED_CHUNK,
        ...(entry && { start: entry.start, end: entry.start + entry.packedBytes - 1 }),
      });
      const counted = count(raw, progress);
      if (entry) yield* asUtf8(unzip(counted, entry, fileName), fileName);
      else yield* asUtf8(unpack(counted, createGunzip(ZLIB), fileName), fileName);
    },
  };
}

async function* count(raw: Readable, progress: { bytes: number }) {
  for await (const chunk of raw) {
    progress.bytes += chunk.length;
    yield chunk;
  }
}

/** All chunks are in the same memory; what a stream allocates for each lies about for long. */
async function* readChunks(path: string, progress: { bytes: number }) {
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

async function* unzip(packed: AsyncIterable<Uint8Array>, entry: ZipEntry, fileName: string) {
  const transform = entry.deflated ? createInflateRaw(ZLIB) : new PassThrough();
  let sum = 0;
  for await (const chunk of unpack(packed, transform, fileName)) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw damaged(fileName);
}

async function* unpack(
  packed: AsyncIterable<Uint8Array>,
  transform: Transform,
  fileName: string,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  try {
    for await (const chunk of pipeline(packed, transform, () => {})) {
      bytes += chunk.length;
      // A small file can unpack to terabytes.
      if (bytes > MAX_UPLOAD) {
        const limit = MAX_UPLOAD / 2 ** 30;
        throw new AppError('BAD_REQUEST', `${fileName} unpacks to more than ${limit} GiB.`);
      }
      yield chunk;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_') ? damaged(fileName) : error;
  }
}

const damaged = (fileName: string) =>
  new AppError('BAD_REQUEST', `${fileName} is damaged: it cannot be unpacked to its end.`);

/** Without a byte order mark, and with newlines for the carriage returns of old Macs. */
async function* asUtf8(
  bytes: AsyncIterable<Uint8Array>,
  fileName: string,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let decoder: TextDecoder | null = null;
  let oldMac = false;
  let first = true;
  for await (const chunk of bytes) {
    if (first) {
      decoder = utf16Decoder(chunk);
      if (!decoder) refuseBinary(chunk, fileName);
    }
    let text = decoder ? encoder.encode(decoder.decode(chunk, { stream: true })) : chunk;
    if (first) {
      const marked = BYTE_ORDER_MARK.every((byte, i) => text[i] === byte);
      if (marked) text = text.subarray(BYTE_ORDER_MARK.length);
      oldMac = !text.includes(NEWLINE) && text.includes(RETURN);
      first = false;
    }
    yield oldMac ? text.map((byte) => (byte === RETURN ? NEWLINE : byte)) : text;
  }
  if (first) throw new AppError('BAD_REQUEST', `${fileName} is empty.`);
}

function utf16Decoder(chunk: Uint8Array): TextDecoder | null {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return new TextDecoder('utf-16le');
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return new TextDecoder('utf-16be');
  return null;
}

function refuseBinary(chunk: Uint8Array, fileName: string) {
  const head = Buffer.from(chunk.subarray(0, HEAD)).toString('latin1');
  const known = BINARY.find(([beginning]) => head.startsWith(beginning));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text never holds.
  if (!known && !/[\0-\x08\x0e-\x19\x1b-\x1f]/.test(head)) return;
  const what = known ? `It is ${known[1]}.` : 'It holds bytes that no text has.';
  throw new AppError('BAD_REQUEST', `${fileName} is not a text file. ${what}`);
}
