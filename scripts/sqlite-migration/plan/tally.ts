/** How often each thing was done, for the report. */
export type Counts = Record<string, number>;

export function count(counts: Counts, what: string, times = 1) {
  if (times > 0) counts[what] = (counts[what] ?? 0) + times;
}

/** What became of a table's rows. */
export type Tally = {
  read: number;
  stored: number;
  rejected: number;
  conversions: Counts;
  /** Reasons, the values in them left out. */
  reasons: Counts;
};

export const emptyTally = (): Tally => ({
  read: 0,
  stored: 0,
  rejected: 0,
  conversions: {},
  reasons: {},
});

/** Different reasons that are told apart; the rest are "other reasons". */
const MAX_REASONS = 200;

export function countReason(tally: Tally, reason: string) {
  tally.rejected++;
  const general = reason.replace(/“[^”]*”/g, '“…”').replace(/-?\d[\d.e+-]*/gi, 'N');
  const isNew = !(general in tally.reasons);
  const key = isNew && Object.keys(tally.reasons).length >= MAX_REASONS ? 'other reasons' : general;
  count(tally.reasons, key);
}
