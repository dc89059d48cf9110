import { readFile, stat } from 'node:fs/promises';
import readWorkbook, { type Sheet as Read, type Row } from 'read-excel-file/universal';
import { AppError } from '../../errors';
import type { ByteFile, ReadProgress } from './byte-file';
import { tableLine } from './table-line';

type Member = { name: string; file: ByteFile };

/** Of its XML: the whole of it is in memory while it is read. */
const MOST_BYTES = 100 * 2 ** 20;
/** Two cells far apart make a sheet of as many empty ones between them. */
const MOST_CELLS = 20_000_000;
/** Lines of a sheet that are handed on at a time. */
const CHUNK = 1 << 18;
const DAY_MS = 86_400_000;
/** Between the days that Excel and the Macs of old count from. */
const DAYS_TO_1904 = 1_462;

/** Excel's workbooks are zips of XML, and so are those of other programs. */
export const isWorkbook = (members: Member[]): boolean =>
  members.some(({ name }) => name.startsWith('xl/') || name === 'content.xml');

/**
 * The sheets of the workbook in `file` that have something in them, as lines of CSV; line 7 is row 7.
 * Throws a BAD_REQUEST for what is none, or is too large.
 */
export async function listSheets(file: ByteFile, members: Member[]): Promise<Member[]> {
  const { path, fileName } = file;
  if (path === null) throw refused(fileName, 'is a workbook in another archive. Unpack it first');
  const { size, mtimeMs } = await stat(path);
  const key = `${path} ${size} ${mtimeMs}`;
  if (kept?.key !== key) {
    clearTimeout(kept?.timer);
    const timer = setTimeout(forget, KEPT_MS).unref();
    kept = { key, timer, sheets: readSheets(path, fileName, members) };
    kept.sheets.catch(forget);
  }
  const sheets = await kept.sheets;
  if (sheets.length === 0) throw refused(fileName, 'is a workbook without anything in its sheets');
  return sheets.map(({ name, text }) => ({
    name,
    file: asFile(sheets.length === 1 ? fileName : `${fileName}: ${name}`, text),
  }));
}

type Sheet = { name: string; text: Buffer };

/** The last one that was read: it is looked at, shown and imported, and takes a while to read. */
let kept: { key: string; timer: NodeJS.Timeout; sheets: Promise<Sheet[]> } | null = null;
const KEPT_MS = 60_000;
function forget() {
  kept = null;
}

const asFile = (fileName: string, text: Buffer): ByteFile => ({
  fileName,
  totalBytes: text.length,
  path: null,
  async *bytes(progress: ReadProgress = { bytes: 0 }) {
    for (let at = 0; at < text.length; at += CHUNK) {
      progress.bytes = Math.min(text.length, at + CHUNK);
      yield Buffer.from(text.subarray(at, at + CHUNK));
    }
  },
});

async function readSheets(path: string, fileName: string, members: Member[]): Promise<Sheet[]> {
  const { isFrom1904 } = await check(fileName, members);
  const bytes = await readFile(path);
  if (bytes.length > MOST_BYTES) throw tooLarge(fileName);
  // The library fails in many ways, all of them by the file's fault.
  const sheets: Read[] = await readWorkbook(Uint8Array.from(bytes).buffer).catch(() => {
    const why = 'is a damaged Excel workbook, or one of a kind that is not read. Save it as CSV';
    throw refused(fileName, why);
  });
  return sheets.flatMap(({ sheet, data }) =>
    data.length === 0 ? [] : [{ name: sheet, text: linesOf(data, isFrom1904) }],
  );
}

/** Looks at all that is in it before any of it is kept. */
async function check(fileName: string, members: Member[]): Promise<{ isFrom1904: boolean }> {
  if (members.reduce((sum, { file }) => sum + file.totalBytes, 0) > MOST_BYTES) {
    throw tooLarge(fileName);
  }
  const workbook = members.find(({ name }) => name === 'xl/workbook.xml');
  if (!workbook) {
    const why = 'is a workbook of another kind than .xlsx. Save it as .xlsx or CSV';
    throw refused(fileName, why);
  }
  for (const { name, file } of members) {
    if (name.startsWith('xl/worksheets/')) await checkCells(fileName, file);
  }
  let info = '';
  for await (const chunk of workbook.file.bytes()) info += Buffer.from(chunk).toString('latin1');
  return { isFrom1904: /\bdate1904\s*=\s*["'](true|on)["']/.test(info) };
}

async function checkCells(fileName: string, sheet: ByteFile) {
  let [rows, columns, before] = [0, 0, ''];
  for await (const chunk of sheet.bytes()) {
    const text = before + Buffer.from(chunk).toString('latin1');
    for (const [, letters, row] of text.matchAll(/\br\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']/g)) {
      rows = Math.max(rows, Number(row));
      columns = Math.max(columns, columnNumber(letters!));
    }
    if (/<c\b[^>]*\bt\s*=\s*["']d["']/.test(text)) {
      const why = 'keeps its dates as “Strict Open XML”. Save it as an ordinary .xlsx, or as CSV';
      throw refused(fileName, why);
    }
    before = text.slice(-100);
  }
  if (rows * columns <= MOST_CELLS) return;
  const size = `${rows.toLocaleString('en')} rows of ${columns.toLocaleString('en')} columns`;
  throw refused(fileName, `has a sheet of ${size}. Save it as CSV and import that`);
}

/** `AB` is the 28th. */
const columnNumber = (letters: string) =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

function linesOf(rows: Row[], isFrom1904: boolean): Buffer {
  const shift = isFrom1904 ? DAYS_TO_1904 * DAY_MS : 0;
  const lines = rows.map((row) => {
    // The library's types have the class of dates in the place of a date.
    const cells = row.map((cell: unknown) =>
      cell instanceof Date ? writeDate(new Date(cell.getTime() + shift)) : cell,
    );
    return cells.every((cell) => cell === null) ? '\n' : tableLine(cells);
  });
  return Buffer.from(lines.join(''));
}

/** Excel counts days in fractions, which are good for a second; the day before all days is a time alone. */
function writeDate(date: Date): string {
  if (Number.isNaN(date.getTime())) return '#DATE';
  const rounded = new Date(Math.round(date.getTime() / 1_000) * 1_000);
  const [day = '', time = ''] = rounded.toISOString().slice(0, -5).split('T');
  if (day === '1899-12-30' || day === '1904-01-01') return time;
  return time === '00:00:00' ? day : `${day} ${time}`;
}

const refused = (fileName: string, why: string) =>
  new AppError('BAD_REQUEST', `${fileName} ${why}.`);
const tooLarge = (fileName: string) => {
  const limit = MOST_BYTES / 2 ** 20;
  const why = `is a workbook that unpacks to more than ${limit} MB. Save the sheet as CSV and import that`;
  return refused(fileName, why);
};
