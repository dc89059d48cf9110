import type { Cells } from './cells';

const HASH = 35;
const SLASH = 47;
const SPACE = 32;

/** A line of delimiters alone, as spreadsheets write below and between rows. */
export function isBlank(cells: Cells): boolean {
  for (let i = 0; i < cells.count; i++) if (!cells.isEmpty(i)) return false;
  return true;
}

/** `# …` or `// …` */
export function isComment(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  return bytes[at] === HASH || (bytes[at] === SLASH && bytes[at + 1] === SLASH);
}
