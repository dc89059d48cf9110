import type { BoardPlace } from './address';
import type { ReviewSet } from './sources/source';
import { countsOf, type SourceSets } from './use-sets';

/** The tab that is asked for, or else the first in which something waits. */
export function shownOf(
  all: readonly SourceSets[],
  { source }: BoardPlace,
): SourceSets | undefined {
  if (source !== null) return all.find(({ id }) => id === source);
  const waits = ({ sets }: SourceSets) => sets.some((set) => countsOf(set, null).open > 0);
  return all.find(waits) ?? all.find(({ sets }) => sets.length > 0) ?? all[0];
}

/** The one that is asked for, or else the newest in which something waits. */
export function setOf({ sets }: SourceSets, wanted: number | null): ReviewSet | undefined {
  const waiting = () => sets.find((set) => countsOf(set, null).open > 0);
  return sets.find(({ id }) => id === wanted) ?? waiting() ?? sets[0];
}
