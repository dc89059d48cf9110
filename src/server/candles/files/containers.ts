import { AppError } from '../../errors';
import { type ByteFile, headOf } from './byte-file';
import { isJson, openJson } from './json';
import { isParquet, openParquet } from './parquet';
import type { NamedTable, TableSource } from './table-source';
import { openText } from './text';
import { listed, unpack } from './unpack';

/** What a file may keep its table in. */
export type Container = {
  /** As it stands in the sentence that refuses it, and in the documentation. */
  name: string;
  /** Whether a file that begins with `head` is one. */
  matches: (head: Buffer) => boolean;
} & (
  | { tables: (file: ByteFile) => Promise<NamedTable[]> }
  /** It is known, and not read: what to do instead. */
  | { advice: string }
);

const begins =
  (...beginnings: string[]) =>
  (head: Buffer) =>
    beginnings.some((each) => head.toString('latin1', 0, each.length) === each);

const one = (file: ByteFile, open: (file: ByteFile) => Promise<TableSource>): NamedTable[] => [
  { name: file.fileName, open: () => open(file) },
];

const SAVE_AS_CSV = 'Save it as CSV and import that.';
const FROM_PANDAS = 'Save it in pandas by to_csv or to_parquet and import that.';
const UNPACK = 'Unpack it first.';

const isTar = (head: Buffer) => head.toString('latin1', 257, 262) === 'ustar';
const matchesText = (pattern: RegExp) => (head: Buffer) =>
  pattern.test(head.toString('latin1').replaceAll('\0', ''));

/** The first that matches is taken; text is what is left. */
export const CONTAINERS: Container[] = [
  { name: 'a Parquet file', matches: isParquet, tables: openParquet },
  { name: 'a Feather or Arrow file', matches: begins('ARROW1', 'FEA1'), advice: FROM_PANDAS },
  { name: 'an SQLite database', matches: begins('SQLite format 3'), advice: SAVE_AS_CSV },
  { name: 'a PDF document', matches: begins('%PDF'), advice: SAVE_AS_CSV },
  { name: 'a zip file or a workbook in another archive', matches: begins('PK'), advice: UNPACK },
  { name: 'a gzip file in another archive', matches: begins('\x1f\x8b'), advice: UNPACK },
  {
    name: 'an old Excel workbook (.xls), or one with a password',
    matches: begins('\xd0\xcf\x11\xe0'),
    advice: 'Save it in Excel as .xlsx without a password, or as CSV, and import that.',
  },
  {
    name: 'a pickle of Python',
    matches: begins('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'),
    advice: `It may run any program, so it is not opened. ${FROM_PANDAS}`,
  },
  { name: 'an HDF5 file', matches: begins('\x89HDF'), advice: FROM_PANDAS },
  { name: 'an array of NumPy', matches: begins('\x93NUMPY'), advice: SAVE_AS_CSV },
  { name: 'a picture', matches: begins('\x89PNG', '\xff\xd8\xff'), advice: 'It holds no numbers.' },
  { name: 'a 7z archive', matches: begins('7z\xbc\xaf'), advice: UNPACK },
  { name: 'a RAR archive', matches: begins('Rar!'), advice: UNPACK },
  { name: 'packed with zstd', matches: begins('\x28\xb5\x2f\xfd'), advice: UNPACK },
  { name: 'packed with bzip2', matches: begins('BZh'), advice: UNPACK },
  { name: 'packed with xz', matches: begins('\xfd7zXZ'), advice: UNPACK },
  { name: 'a tar archive', matches: isTar, advice: UNPACK },
  {
    name: 'a web page',
    matches: matchesText(/^\W*<(!doctype html|html|head|body|table|meta)[\s>]/i),
    advice: 'Download the file itself, or save the table on it as CSV.',
  },
  { name: 'XML', matches: matchesText(/^\W*<\?xml\s/i), advice: SAVE_AS_CSV },
  { name: 'JSON', matches: isJson, tables: openJson },
  { name: 'text', matches: () => true, tables: async (file) => one(file, openText) },
];

/** The tables in the file at `path`; `fileName` is what its sender calls it. */
export async function listTables(path: string, fileName: string): Promise<NamedTable[]> {
  const files = await unpack(path, fileName);
  const [first] = files;
  if (first && files.length === 1) return tablesIn(first.file);
  return files.map(({ name, file }) => ({
    name,
    // What is a table of several in a zip has to be unpacked first.
    open: async () => onlyTable(file.fileName, await tablesIn(file)),
  }));
}

const tablesIn = async (file: ByteFile) => (await containerOf(file)).tables(file);

/** What the file is, if it can be read; else says what it is and what to do. */
export async function containerOf(file: ByteFile) {
  const head = await headOf(file);
  const container = CONTAINERS.find(({ matches }) => matches(head))!;
  if ('tables' in container) return container;
  const { name, advice } = container;
  throw new AppError('BAD_REQUEST', `${file.fileName} is ${name}. ${advice}`);
}

async function onlyTable(fileName: string, tables: NamedTable[]): Promise<TableSource> {
  const [first] = tables;
  if (first && tables.length === 1) return first.open();
  const names = listed(tables.map(({ name }) => name));
  const why = `holds ${tables.length} tables (${names}). Unpack it first.`;
  throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
}
