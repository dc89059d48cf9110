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

const ONE_GROUP = { ',': /^[+-]?\d{1,3},\d{3}$/, '.': /^[+-]?\d{1,3}\.\d{3}$/ };
const GROUPS = { ',': /^\d{1,3}(,\d{3}){2,}$/, '.': /^\d{1,3}(\.\d{3}){2,}$/ };
/** The highest price of a candle is no larger a multiple of the lowest. */
const OF_ONE_CANDLE = 50;

/**
 * Whether 145,123 is a thousand times what 145.123 is, where prices have no other notation: told by the
 * other numbers, or null where they leave it open.
 */
export function isCommaOfPrices(prices: string[][], volumes: string[]): boolean | null {
  const cells = prices.flat();
  const sign = cells.some((cell) => cell.includes(',')) ? ',' : '.';
  const signed = cells.filter((cell) => cell.includes(sign));
  const isOpen = signed.length > 0 && signed.every((cell) => ONE_GROUP[sign].test(cell.trim()));
  if (!isOpen || cells.some((cell) => /\d{4}/.test(cell))) return null;
  if (volumes.some((cell) => GROUPS[sign].test(cell.trim()))) return sign === '.';
  const isOdd = (comma: boolean) =>
    prices.some((row) => {
      const values = row.map((cell) => readNumber(cell, comma)).filter((value) => value > 0);
      return Math.max(...values) > OF_ONE_CANDLE * Math.min(...values);
    });
  const [asComma, asPoint] = [isOdd(true), isOdd(false)];
  return asComma === asPoint ? null : asPoint;
}

/** Whether prices such as 145,123 have a decimal comma, where no number of the file tells. */
export function askForComma(prices: string[][], delimiter: string, remarks: Remarks) {
  const cells = prices.flat().map((cell) => cell.trim());
  const signed = cells.filter((cell) => /[.,]/.test(cell));
  const [example] = signed;
  if (example === undefined || cells.some((cell) => /\d{4}/.test(cell))) return;
  const isAll = (sign: '.' | ',') => signed.every((cell) => ONE_GROUP[sign].test(cell));
  // With semicolons a comma is a decimal one, and beside commas a point is one.
  const isAsked = delimiter === ';' ? isAll('.') : isAll(',');
  if (!isAsked) return;
  const sign = delimiter === ';' ? '.' : ',';
  const large = { label: `${example.replace(sign, '')}`, isComma: sign === '.' };
  const small = { label: example.replace(sign, '.'), isComma: sign === ',' };
  remarks.questions.push({
    field: 'decimalComma',
    text: `Prices such as ${example} can be read in two ways. Which number is it?`,
    answers: (sign === ',' ? [large, small] : [small, large]).map(({ label, isComma }) => ({
      label,
      sets: { decimalComma: isComma },
      option: isComma ? '--decimal-comma' : '--decimal-point',
    })),
    // Three decimals behind a point are common: yens have them.
    assumed: sign === '.' ? `read as ${small.label}` : null,
  });
}

/** Whether 1.000 shares are one or a thousand, where no other number of the file tells. */
export function askForPoint(volumes: string[], remarks: Remarks) {
  const pointed = volumes.map((cell) => cell.trim()).filter((cell) => cell.includes('.'));
  const [example] = pointed;
  if (example === undefined || !pointed.every((cell) => ONE_GROUP['.'].test(cell))) return;
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

/** Points, 32nds and their quarters, which are written as 0, 2, 5 and 7. */
const THIRTY_SECONDS = /^\d{2,3}'([0-2]\d|3[01])[0257]$/;

/** Whether 110'165 is a number with a sign of thousands, where all prices could be those of futures on bonds. */
export function askForThousands(prices: string[][], remarks: Remarks) {
  const cells = prices.flat().map((cell) => cell.trim());
  const [example] = cells;
  if (example === undefined || !cells.every((cell) => THIRTY_SECONDS.test(cell))) return;
  const [points, rest] = example.split("'") as [string, string];
  const quarters = { 0: '', 2: '.25', 5: '.5', 7: '.75' }[Number(rest[2])];
  remarks.questions.push({
    field: 'decimalComma',
    text: `Prices such as ${example} may be points and 32nds of futures on bonds, ${points} and ${Number(rest.slice(0, 2))}${quarters}/32: those have to be written as decimal numbers. Or are they thousands?`,
    answers: [
      {
        label: `Thousands: ${points}${rest}`,
        sets: { decimalComma: false },
        option: '--decimal-point',
      },
    ],
    assumed: null,
  });
}
