import type { Mapping } from '@/contract/uploads';
import type { Cells } from './cells';
import { PRICES } from './check-columns';
import { readNumber, readVolume } from './numbers';

const SHOWN = 40;

/** A cell or a line in a message, cut where it is long. */
export const quote = (text: string) =>
  `“${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}”`;

/** Which price of a row is none; null where all are numbers. */
export function whyNoPrice(cells: Cells, { columns, decimalComma }: Mapping): string | null {
  for (const name of PRICES) {
    const text = cells.text(columns.indexOf(name));
    if (text === '') return `${name} is empty`;
    if (/^[+-]?nan$/i.test(text)) return `${name} is NaN`;
    if (!Number.isFinite(readNumber(text, decimalComma))) {
      return `${name} ${quote(text)} is not a number`;
    }
  }
  return null;
}

export function whyNoVolume(cells: Cells, { columns, decimalComma }: Mapping): string {
  const text = cells.text(columns.indexOf('volume'));
  const isNegative = readVolume(text, decimalComma) < 0;
  return `volume ${quote(text)} is ${isNegative ? 'below zero' : 'not a number'}`;
}
