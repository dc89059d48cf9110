import { strToU8, zipSync } from 'fflate';

/** Of the XML of workbooks. */
export const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** A number, a text, or a number that is shown in a format: 14 of dates, 20 of times, 22 of both. */
export type Cell = number | string | null | { value: number; format: 14 | 20 | 22 };
type Sheets = Record<string, Cell[][]>;
const FORMATS = [0, 14, 20, 22];
export const day = (value: number) => ({ value, format: 14 }) as const;
export const time = (value: number) => ({ value, format: 20 }) as const;
export const moment = (value: number) => ({ value, format: 22 }) as const;

const letters = (column: number): string => String.fromCharCode(65 + column);
function cellXml(cell: Cell, at: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return `<c r="${at}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  return `<c r="${at}" s="${FORMATS.indexOf(cell.format)}"><v>${cell.value}</v></c>`;
}
const sheetXml = (rows: Cell[][]) =>
  rows
    .map((row, i) => {
      const cells = row.map((cell, column) => cellXml(cell, `${letters(column)}${i + 1}`)).join('');
      // A row of nothing is not written at all.
      return cells === '' ? '' : `<row r="${i + 1}">${cells}</row>`;
    })
    .join('');

/** An .xlsx of `sheets`; `properties` are attributes of workbookPr, `more` other files in it. */
export function workbook(sheets: Sheets, properties = '', more: Record<string, Uint8Array> = {}) {
  const names = Object.keys(sheets);
  const list = names.map(
    (name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="r${i + 1}"/>`,
  );
  const files = names.map(
    (_, i) =>
      `<Relationship Id="r${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  const styles = FORMATS.map((format) => `<xf numFmtId="${format}"/>`).join('');
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${OFFICE}"><workbookPr ${properties}/><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}">${files.join('')}</Relationships>`,
    'xl/styles.xml': `<styleSheet ${MAIN}><cellXfs count="4">${styles}</cellXfs></styleSheet>`,
  };
  for (const [i, rows] of Object.values(sheets).entries()) {
    const data = `<sheetData>${sheetXml(rows)}</sheetData>`;
    parts[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet ${MAIN}>${data}</worksheet>`;
  }
  const packed = Object.entries(parts).map(([name, text]) => [name, strToU8(text)]);
  return zipSync({ ...Object.fromEntries(packed), ...more });
}

const tables = new Map<string, Map<string, number[]>>();

/** Text in an encoding of old; null for one that has not all of its characters. */
export function encodeText(text: string, encoding: string): Uint8Array | null {
  if (encoding === '') return null;
  const table = tables.get(encoding) ?? makeTable(encoding);
  tables.set(encoding, table);
  const bytes = [...text].map((sign) => (sign < '\x80' ? [sign.charCodeAt(0)] : table.get(sign)));
  return bytes.every((each) => each !== undefined) ? Uint8Array.from(bytes.flat()) : null;
}

/** Node decodes them and encodes none. */
function makeTable(encoding: string): Map<string, number[]> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, number[]>();
  const add = (...bytes: number[]) => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
    } catch {
      // It has no such character.
    }
  };
  for (let first = 0x80; first < 0x100; first++) {
    add(first);
    for (let second = 0x40; second < 0x100; second++) add(first, second);
  }
  return table;
}
