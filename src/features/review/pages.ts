import type { Candidate } from './sources/source';

/** Cells of a page of the board: five columns of four. */
export const PAGE_SIZE = 20;
export const COLUMNS = 5;

/**
 * The next cells, in the given order but for two that overlap: another one comes between them, as long as
 * there is one. `before` is what was looked at last.
 */
export function nextPage(
  ordered: readonly Candidate[],
  before: Candidate | undefined,
  size = PAGE_SIZE,
): string[] {
  const waiting = [...ordered];
  const page: string[] = [];
  let last = before;
  while (page.length < size && waiting.length > 0) {
    const apart = waiting.findIndex((candidate) => !last || !overlaps(candidate, last));
    const [next] = waiting.splice(Math.max(0, apart), 1);
    if (next) page.push(next.uid);
    last = next;
  }
  return page;
}

const overlaps = (a: Candidate, b: Candidate) =>
  a.chartId === b.chartId && a.startTime <= b.endTime && b.startTime <= a.endTime;

/** The next one after `from` of which it is true, then from the first on; null when none is. */
export function nextOf(
  page: readonly string[],
  from: string | null,
  isWanted: (uid: string) => boolean,
): string | null {
  const at = from === null ? -1 : page.indexOf(from);
  const round = [...page.slice(at + 1), ...page.slice(0, at + 1)];
  return round.find((uid) => uid !== from && isWanted(uid)) ?? null;
}

/** The cell beside, above or below; null at the rim. */
export function cellBeside(
  page: readonly string[],
  from: string | null,
  step: { across: number; down: number },
): string | null {
  const at = from === null ? -1 : page.indexOf(from);
  if (at < 0) return page[0] ?? null;
  // Along a row one goes on to the next, as in a text.
  return page[at + step.across + step.down * COLUMNS] ?? null;
}
