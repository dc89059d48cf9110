import { open } from 'node:fs/promises';
import { AppError } from '../../errors';
import type { ByteFile } from './byte-file';
import { encodingOf } from './encoding';
import { wholeLines } from './sample';
import type { TableSource } from './table-source';

const HEAD = 4_096;
/** More than a header takes: its words tell the encoding. */
const TOLD_BY = 1 << 16;
/** Places in a file on disk that are looked at beside its beginning, the last at its end. */
const SAMPLES = 32;
const SAMPLE_BYTES = 8 * 1024;
const NEWLINE = 10;
const RETURN = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a table never holds.
const NOT_IN_TABLES = /[\0-\x08\x0e-\x19\x1b-\x1f]/;

/**
 * The lines of a text, as UTF-8. Throws a BAD_REQUEST for bytes that are none: those that are `not`
 * in such texts.
 */
export async function openText(
  { fileName, totalBytes, path, bytes }: ByteFile,
  not = NOT_IN_TABLES,
): Promise<TableSource> {
  const chunks: TableSource['chunks'] = (progress) => asUtf8(bytes(progress), fileName, not);
  if (path === null) return { fileName, totalBytes, chunks };
  return { fileName, totalBytes, chunks, samples: () => readSamples(path, totalBytes) };
}

async function readSamples(path: string, totalBytes: number): Promise<string[]> {
  const file = await open(path);
  try {
    const at = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const encoding = encodingOf(await at(0, TOLD_BY));
    const samples: string[] = [];
    for (let i = 1; i <= SAMPLES; i++) {
      const middle = Math.floor(((totalBytes - SAMPLE_BYTES) * i) / SAMPLES);
      // UTF-16 has its characters at even places.
      const offset = Math.max(0, middle - (middle % 2));
      samples.push(
        wholeLines(new TextDecoder(encoding).decode(await at(offset, SAMPLE_BYTES + 1))),
      );
    }
    return samples;
  } finally {
    await file.close();
  }
}

/** Without a byte order mark, and with newlines for the carriage returns of old Macs. */
async function* asUtf8(
  bytes: AsyncIterable<Uint8Array>,
  fileName: string,
  not: RegExp,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let decoder: TextDecoder | null = null;
  let oldMac = false;
  let isUtf16 = false;
  let first = true;
  for await (const chunk of bytes) {
    if (first) {
      const encoding = encodingOf(chunk.subarray(0, TOLD_BY));
      if (encoding !== 'utf-8') decoder = new TextDecoder(encoding);
      isUtf16 = encoding.startsWith('utf-16');
    }
    let text = decoder ? encoder.encode(decoder.decode(chunk, { stream: true })) : chunk;
    // Half of the bytes of UTF-16 are zero, so there the text is looked at.
    if (first) refuseBinary(isUtf16 ? text : chunk, fileName, not);
    if (first) {
      const marked = BYTE_ORDER_MARK.every((byte, i) => text[i] === byte);
      if (marked) text = text.subarray(BYTE_ORDER_MARK.length);
      oldMac = !text.includes(NEWLINE) && text.includes(RETURN);
      first = false;
    }
    yield oldMac ? text.map((byte) => (byte === RETURN ? NEWLINE : byte)) : text;
  }
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield encoder.encode(rest);
  if (first) throw new AppError('BAD_REQUEST', `${fileName} is empty.`);
}

function refuseBinary(chunk: Uint8Array, fileName: string, not: RegExp) {
  const head = Buffer.from(chunk.subarray(0, HEAD)).toString('latin1');
  if (!not.test(head)) return;
  const why = 'is not a text file: it holds bytes that no text has.';
  throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
}
