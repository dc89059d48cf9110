import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseTable } from './choose-table';
import { detectFile, inspectFile } from './inspect';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-source-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const { source } = await chooseTable(path, 'prices.csv');
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const TEXT = 'time,open\n2024-01-02,1.5\n€\n';
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

it('knows no file that is not there, and no folder', async () => {
  await expect(chooseTable(join(folder, 'none'), 'none.csv')).rejects.toThrow(
    'There is no file none.csv.',
  );
  await expect(chooseTable(folder, 'folder')).rejects.toThrow('folder is not a file.');
});

it.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['packed', gzipSync],
])('reads a file of many chunks, %s', async (_, pack) => {
  const text = Array.from({ length: 100_000 }, (_, i) => `${i},1.5\n`).join('');
  expect(await read(pack(text))).toBe(text);
});

describe('chooseTable', () => {
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

  const zeros = Buffer.alloc(80 * 2 ** 20, '0');

  // The names and sizes of its files stand before their bytes, and the mark behind them.
  const tar = Buffer.alloc(1_024);
  tar.write('prices.csv');
  tar.write('ustar', 257);

  it.each([
    ['an empty file', Buffer.alloc(0), 'prices.csv is empty.'],
    ['an empty file, packed', gzipSync(''), 'prices.csv is empty.'],
    ['an empty file in a zip', zipSync({ 'a.csv': new Uint8Array() }), 'prices.csv is empty.'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'prices.csv is a picture.'],
    ['Parquet that was cut', Buffer.from('PAR1\x15\x04'), 'prices.csv is damaged: '],
    ['Parquet in gzip', gzipSync('PAR1\x15\x04'), 'that is packed once more. Unpack it first.'],
    ['Feather', Buffer.from('ARROW1\0\0'), 'Feather or Arrow file. Save it in pandas by to_csv'],
    ['pickle', Buffer.from('\x80\x04\x95\x10\0', 'latin1'), 'a pickle of Python. It may run any'],
    ['tar', tar, 'prices.csv is a tar archive. Unpack it first.'],
    ['tar in gzip', gzipSync(tar), 'prices.csv is a tar archive. Unpack it first.'],
    ['HTML', Buffer.from('\n<!DOCTYPE html><html>'), 'prices.csv is a web page. Download the file'],
    ['bytes', Buffer.from([0, 1, 2, 3]), 'not a text file: it holds bytes that no text has.'],
    [
      'gzip that was cut',
      gzipSync(TEXT).subarray(0, 20),
      'damaged: it cannot be unpacked to its end',
    ],
    ['a zip that was cut', zip.subarray(0, 100), 'damaged zip file'],
    ['a zip whose bytes changed', changed, 'damaged: it cannot be unpacked to its end'],
    ['gzip of zeros', gzipSync(zeros), 'prices.csv unpacks to more than 200 times its size'],
    ['a zip of zeros', zipSync({ a: zeros }), 'prices.csv unpacks to more than 200 times its size'],
    ['a zip of no entry', zipSync({}), 'zip file without a file in it'],
    [
      'gzip in a zip',
      zipSync({ 'a.csv.gz': gzipSync(TEXT) }),
      'is a gzip file in another archive. Unpack it first.',
    ],
    ['a zip of nothing', zipSync({ 'a/': new Uint8Array() }), 'zip file without a file in it'],
    [
      'a zip of two files that are no candles',
      zipSync({ 'a.csv': strToU8(TEXT), 'b.csv': strToU8(TEXT) }),
      'prices.csv holds no table of candles: it has a.csv, b.csv.',
    ],
    [
      'an Excel workbook in gzip',
      gzipSync(zipSync({ 'xl/workbook.xml': strToU8('<x/>') })),
      'is a zip file or a workbook in another archive. Unpack it first.',
    ],
  ])('refuses %s by a sentence', async (_, bytes, sentence) => {
    await expect(read(bytes)).rejects.toThrow(sentence);
  });
});

it.each(['zstd', 'lz4'])('reads Parquet packed with %s', async (codec) => {
  const file = await readFile(join(import.meta.dirname, 'fixtures', `${codec}.parquet`));
  const rows = [30, 31, 32].map((minute) => `2024-01-02T09:${minute}:00Z,1.5,2,1,1.75\n`);
  expect(await read(file)).toBe(`time,open,high,low,close\n${rows.join('')}`);
});

it('reads times of day of Parquet', async () => {
  const file = await readFile(join(import.meta.dirname, 'fixtures', 'time-of-day.parquet'));
  expect(await read(file)).toBe(
    'date,time,hour,open,high,low,close\n' +
      '2024-01-02,09:30:00,09:30:00,1.5,2,1,1.75\n' +
      '2024-01-02,09:31:00.250000,09:30:00,1.5,2,1,1.75\n' +
      '2024-01-02,09:32:00,,1.5,2,1,1.75\n',
  );
});

describe('a text', () => {
  it.each([
    ['Windows-1252', 'Date;Ouverture;Plus haut;Plus bas;Cl\xf4ture\n', 'Clôture', 'latin1'],
    ['UTF-16 without a mark', 'Date;Open;High;Low;Close\n', 'Close', 'utf16le'],
  ] as const)('in %s is read', async (_, text, word, encoding) => {
    expect(await read(Buffer.from(text, encoding))).toContain(word);
  });

  it.each([
    ['GB18030', 'yNXG2iy/qsXMLNfuuN8s1+61zSzK1cXMCg==', '日期,开盘,最高,最低,收盘'],
    ['EUC-KR', 'wM/A2iy9w7ChLLDtsKEswPqwoSzBvrChCg==', '일자,시가,고가,저가,종가'],
    ['Shift-JIS', 'k/qVdCyObpJsLI2CkmwsiMCSbCyPSZJsCg==', '日付,始値,高値,安値,終値'],
  ])('in %s is read', async (_, base64, header) => {
    expect(await read(Buffer.from(base64, 'base64'))).toBe(`${header}\n`);
  });
});

describe('a zip of several files', () => {
  const candles = 'time,open,high,low,close\n2024-01-02,1,2,0.5,1.5\n';
  async function zipOf(files: Record<string, string>) {
    const path = join(folder, 'several.zip');
    const bytes = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
    await writeFile(path, zipSync(Object.fromEntries(bytes)));
    return path;
  }

  it('is its one table of candles beside other files', async () => {
    const path = await zipOf({ 'readme.txt': 'From a vendor.', 'a.csv': candles, 'b.bin': '\0' });
    const { name, source, others } = await chooseTable(path, 'several.zip');
    expect({ name, others }).toEqual({ name: 'a.csv', others: [] });
    expect(source.fileName).toBe('several.zip: a.csv');
  });

  it('is asked which of its tables it is, and knows no other', async () => {
    const path = await zipOf({ 'a.csv': candles, 'b.csv': candles.replace('1.5', '1.25') });
    expect(await chooseTable(path, 'several.zip')).toMatchObject({
      name: 'a.csv',
      others: ['b.csv'],
    });
    const { questions } = await inspectFile(path, 'several.zip');
    expect(questions).toMatchObject([
      { field: 'table', answers: [{ label: 'a.csv' }, { label: 'b.csv' }] },
    ]);
    const second = await detectFile(path, 'several.zip', { given: { table: 'b.csv' } });
    expect(second).toMatchObject({ table: 'b.csv', detected: { questions: [] } });
    await expect(chooseTable(path, 'several.zip', 'c.csv')).rejects.toThrow(
      'several.zip holds no “c.csv”, but a.csv, b.csv.',
    );
  });
});
