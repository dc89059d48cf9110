import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from './source';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-source-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const source = await openSource(path, 'prices.csv');
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const TEXT = 'time,open\n2024-01-02,1.5\n€\n';
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

it('knows no file that is not there, and no folder', async () => {
  await expect(openSource(join(folder, 'none'), 'none.csv')).rejects.toThrow(
    'There is no file none.csv.',
  );
  await expect(openSource(folder, 'folder')).rejects.toThrow('folder is not a file.');
});

it.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['packed', gzipSync],
])('reads a file of many chunks, %s', async (_, pack) => {
  const text = Array.from({ length: 100_000 }, (_, i) => `${i},1.5\n`).join('');
  expect(await read(pack(text))).toBe(text);
});

describe('openSource', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, little-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big-endian', utf16be(`\uFEFF${TEXT}`)],
    ['old Mac line ends', Buffer.from(TEXT.replaceAll('\n', '\r'))],
    ['gzip', gzipSync(TEXT)],
    ['gzip of UTF-16', gzipSync(Buffer.from(`\uFEFF${TEXT}`, 'utf16le'))],
    ['zip', zipSync({ 'prices.csv': strToU8(TEXT) })],
    ['zip without packing', zipSync({ 'prices.csv': [strToU8(TEXT), { level: 0 }] })],
    [
      'zip with what a Mac adds',
      zipSync({
        'a/': new Uint8Array(),
        'a/p.csv': strToU8(TEXT),
        '__MACOSX/a/._p.csv': strToU8('x'),
      }),
    ],
  ])('reads %s', async (_, bytes) => expect(await read(bytes)).toBe(TEXT));

  const zip = Buffer.from(zipSync({ 'p.csv': [strToU8(TEXT.repeat(50)), { level: 0 }] }));
  const changed = Buffer.from(zip);
  changed[60]! ^= 1;

  it.each([
    ['an empty file', Buffer.alloc(0), 'prices.csv is empty.'],
    ['an empty file, packed', gzipSync(''), 'prices.csv is empty.'],
    ['an empty file in a zip', zipSync({ 'a.csv': new Uint8Array() }), 'prices.csv is empty.'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'not a text file. It is a picture.'],
    ['Parquet', Buffer.from('PAR1\x15\x04'), 'not a text file. It is a Parquet file.'],
    ['bytes', Buffer.from([0, 1, 2, 3]), 'not a text file. It holds bytes that no text has.'],
    [
      'gzip that was cut',
      gzipSync(TEXT).subarray(0, 20),
      'damaged: it cannot be unpacked to its end',
    ],
    ['a zip that was cut', zip.subarray(0, 100), 'damaged zip file'],
    ['a zip whose bytes changed', changed, 'damaged: it cannot be unpacked to its end'],
    ['a zip of nothing', zipSync({ 'a/': new Uint8Array() }), 'zip file without a file in it'],
    [
      'a zip of two files',
      zipSync({ 'a.csv': strToU8(TEXT), 'b.csv': strToU8(TEXT) }),
      'is a zip file of 2 files (a.csv, b.csv). Import them one by one.',
    ],
    [
      'an Excel workbook',
      zipSync({ 'xl/workbook.xml': strToU8('<x/>'), '[Content_Types].xml': strToU8('<x/>') }),
      'is an Excel workbook. Save the sheet as CSV',
    ],
  ])('refuses %s by a sentence', async (_, bytes, sentence) => {
    await expect(read(bytes)).rejects.toThrow(sentence);
  });
});
