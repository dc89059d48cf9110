import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors';

/** The one file in a zip: where its packed bytes lie and what they must unpack to. */
export type ZipEntry = {
  start: number;
  packedBytes: number;
  deflated: boolean;
  crc32: number;
};

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_BYTES = 22;
const MAX_COMMENT = 65_535;
const MAX_DIRECTORY = 1 << 20;
const ZIP64 = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;

/** Finds the CSV in the zip at `path`. Throws a BAD_REQUEST when there is none or more than one. */
export async function findZipEntry(path: string, fileName: string): Promise<ZipEntry> {
  const refuse = (why: string) => new AppError('BAD_REQUEST', `${fileName} ${why}`);
  const damaged = refuse('is a damaged zip file: its list of contents cannot be read.');
  const file = await open(path);
  try {
    const directory = await readDirectory(file, damaged);
    const entries = listEntries(directory, damaged);
    if (entries.some((entry) => entry.name.startsWith('xl/'))) {
      throw refuse('is an Excel workbook. Save the sheet as CSV and import that.');
    }
    const files = entries.filter((entry) => !isClutter(entry.name));
    const [only] = files;
    if (!only) throw refuse('is a zip file without a file in it.');
    if (files.length > 1) {
      const names = files.slice(0, 3).map((entry) => entry.name);
      const list = names.join(', ') + (files.length > 3 ? ', …' : '');
      throw refuse(`is a zip file of ${files.length} files (${list}). Import them one by one.`);
    }
    if (only.encrypted) throw refuse('is a zip file with a password. Unpack it first.');
    if (only.method !== STORED && only.method !== DEFLATED) {
      throw refuse('is packed by a method that is not supported. Unpack it first.');
    }
    if (only.packedBytes === ZIP64 || only.offset === ZIP64) {
      throw refuse('is a zip file over 4 GiB. Unpack it first.');
    }
    const header = await readAt(file, only.offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) throw damaged;
    return {
      start: only.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28),
      packedBytes: only.packedBytes,
      deflated: only.method === DEFLATED,
      crc32: only.crc32,
    };
  } finally {
    await file.close();
  }
}

async function readDirectory(file: FileHandle, damaged: AppError): Promise<Buffer> {
  const { size } = await file.stat();
  const from = Math.max(0, size - DIRECTORY_END_BYTES - MAX_COMMENT);
  const tail = await readAt(file, from, size - from);
  for (let at = tail.length - DIRECTORY_END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== DIRECTORY_END) continue;
    const bytes = tail.readUInt32LE(at + 12);
    if (bytes > MAX_DIRECTORY) throw damaged;
    return readAt(file, tail.readUInt32LE(at + 16), bytes);
  }
  throw damaged;
}

function listEntries(directory: Buffer, damaged: AppError) {
  const entries = [];
  for (let at = 0; at < directory.length; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged;
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
      encrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

const isClutter = (name: string) =>
  name.endsWith('/') || name.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(name);

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
