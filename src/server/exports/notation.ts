import { detectTime } from '../candles/files/detect-time';
import { TimeParser } from '../candles/files/times';
import { AppError } from '../errors';
import { readRows } from './csv-rows';
import { columnName, isTimeColumn, readFileTime } from './file-time';

/** How a CSV file writes its cells: as export does, or as a spreadsheet that saved it again. */
export type Notation = {
  delimiter: string;
  decimalComma: boolean;
  /** NaN for what is no time. */
  readTime: (text: string) => number;
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
  const written = { delimiter, decimalComma: delimiter === ';', readTime: readFileTime };
  const found = cells.length > 0 ? detectTime(cells, { isNamed: true }) : null;
  if (!found) return written;
  if (found.others.length > 0) {
    const dates = `times such as “${cells[0]}”, which leave open which of day, month and year comes first`;
    const advice = 'A spreadsheet seems to have changed them: write them as 2024-01-31T09:30:00Z';
    throw new AppError('BAD_REQUEST', `${fileName} holds ${dates}. ${advice}.`);
  }
  const parser = new TimeParser(found.format, 'UTC', { calendar: found.calendar });
  const readTime = (text: string) => {
    const time = readFileTime(text);
    if (!Number.isNaN(time)) return time;
    const bytes = Buffer.from(text.trim());
    return parser.parse(bytes, 0, bytes.length);
  };
  return { ...written, readTime };
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
        columns = [...cells.keys()].filter((i) => isTimeColumn(columnName(cells[i] ?? '')));
        continue;
      }
      for (const column of columns) {
        const cell = cells[column]?.trim();
        if (cell && Number.isNaN(readFileTime(cell))) times.push(cell);
      }
      if (++seen === SAMPLE) return times;
    }
  }
  return times;
}
