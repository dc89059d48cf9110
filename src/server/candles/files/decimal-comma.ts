import { readNumber } from './numbers';
import type { Remarks } from './questions';

/** Whichever notation reads more of the cells; where "1,234" is all there is, semicolons decide. */
export function hasDecimalComma(cells: string[], delimiter: string): boolean {
  const readable = (comma: boolean) =>
    cells.filter((cell) => !Number.isNaN(readNumber(cell, comma))).length;
  const [comma, point] = [readable(true), readable(false)];
  if (comma !== point) return comma > point;
  return delimiter === ';' && cells.some((cell) => cell.includes(','));
}

const ONE_GROUP = /^[+-]?\d{1,3}\.\d{3}$/;

/** Whether 1.000 shares are one or a thousand, where no other number of the file tells. */
export function askForPoint(volumes: string[], remarks: Remarks) {
  const pointed = volumes.map((cell) => cell.trim()).filter((cell) => cell.includes('.'));
  const [example] = pointed;
  if (example === undefined || !pointed.every((cell) => ONE_GROUP.test(cell))) return;
  remarks.questions.push({
    field: 'decimalComma',
    text: `A volume such as ${example} can be read in two ways. Does its point stand between thousands?`,
    answers: [
      {
        label: `Yes, it is ${example.replace('.', '')}`,
        sets: { decimalComma: true },
        option: '--decimal-comma',
      },
      {
        label: `No, it is a decimal point: ${Number(example)}`,
        sets: { decimalComma: false },
        option: '--decimal-point',
      },
    ],
    assumed: null,
  });
}
