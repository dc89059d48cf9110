import type { UtcSeconds } from '@/contract/units';
import { detectTime } from '../candles/files/detect-time';
import { TimeParser } from '../candles/files/times';
import { AppError } from '../errors';
import { readRows } from './csv-rows';
import { columnNames, isTimeColumn, readFileTime } from './file-time';
import { isWrittenTime, readIsoTime } from './iso-time';

/** How a CSV file writes its cells: as export does, or as a spreadsheet that saved it again. */
export type Notation = {
  delimiter: string;
  decimalComma: boolean;
  /** NaN for what is no time. */
  readTime: (text: string) => UtcSeconds;
};

export const PLAIN: Notation = { delimiter: ',', decimalComma: false, readTime: readFileTime };
/** Times that are looked at to tell the day from the month. */
const SAMPLE = 20_000;

/** The sign that takes most cells of a header apart. */
export const delimiterOf = (header: string): string =>
  [',', ';', '\t', '|'].reduce((best, sign) =>
    header.split(sign).length > header.split(best).length ? sign : best,
  );

/** Throws a BAD_REQUEST for dates that leave open which of day, month and year comes first. */
export async function notationOf(
  chunks: () => AsyncGenerator<Uint8Array, void>,
  fileName: string,
): Promise<Notation> {
  const delimiter = delimiterOf(await headerOf(chunks()));
  const cells = await foreignTimes(chunks(), fileName, delimiter);
  return { delimiter, decimalComma: delimiter === ';', readTime: timeReader(cells, fileName) };
}

/**
 * Reads times as export writes them, and as `cells` of the file do. Numbers are Unix seconds where nothing
 * says that they are days of Excel, milliseconds or dates without signs. Throws as notationOf.
 */
export function timeReader(cells: string[], fileName: string): (text: string) => UtcSeconds {
  const numbers = parserOf(cells.filter(isNumber), fileName);
  const texts = parserOf(
    cells.filter((cell) => Number.isNaN(readFileTime(cell))),
    fileName,
  );
  return (text) => {
    const parser = isNumber(text) ? numbers : texts;
    const time = isNumber(text) && numbers ? Number.NaN : readFileTime(text);
    if (!parser || !Number.isNaN(time)) return time;
    const bytes = Buffer.from(text.trim());
    return parser.parse(bytes, 0, bytes.length);
  };
}

const isNumber = (text: string) => !Number.isNaN(readIsoTime(text)) && !isWrittenTime(text);

function parserOf(cells: string[], fileName: string): TimeParser | null {
  const found = cells.length > 0 ? detectTime(cells, { isNamed: true }) : null;
  if (!found) return null;
  if (found.others.length > 0) {
    const dates = `times such as “${cells[0]}”, which leave open which of day, month and year comes first`;
    const advice = 'A spreadsheet seems to have changed them: write them as 2024-01-31T09:30:00Z';
    throw new AppError('BAD_REQUEST', `${fileName} holds ${dates}. ${advice}.`);
  }
  return new TimeParser(found.format, 'UTC', { calendar: found.calendar });
}

async function headerOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const chunk of chunks) {
    const [line] = Buffer.from(chunk).toString().trimStart().split('\n', 1);
    if (line) return line;
  }
  return '';
}

/** Times of the first rows that are not as export writes them. */
async function foreignTimes(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  delimiter: string,
): Promise<string[]> {
  const times: string[] = [];
  let columns: number[] | null = null;
  let seen = 0;
  for await (const rows of readRows(chunks, fileName, delimiter)) {
    for (const { cells } of rows) {
      if (!columns) {
        const names = columnNames(cells.map((cell) => cell ?? ''));
        columns = [...names.keys()].filter((i) => isTimeColumn(names[i]));
        continue;
      }
      for (const column of columns) {
        const cell = cells[column]?.trim();
        if (cell && !isWrittenTime(cell)) times.push(cell);
      }
      if (++seen === SAMPLE) return times;
    }
  }
  return times;
}
