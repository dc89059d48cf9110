/** Why a type in use cannot be deleted, or null. */
export function deleteRefusal(
  type: { displayName: string; isActive: boolean },
  use: { what: string; rows: number; charts: number },
): string | null {
  if (use.rows === 0) return null;
  const rows = `${use.rows} ${use.what}${use.rows === 1 ? '' : 's'}`;
  const charts = `${use.charts} chart${use.charts === 1 ? '' : 's'}`;
  const instead = type.isActive ? ', or archive it instead' : '';
  return `“${type.displayName}” is in use: ${rows} on ${charts}. Give ${use.rows === 1 ? 'it' : 'them'} another label first${instead}.`;
}

/** Whether `ids` are the ids that are there, each once. */
export function isReordering(ids: readonly number[], existing: readonly number[]): boolean {
  const wanted = new Set(ids);
  return (
    ids.length === existing.length &&
    wanted.size === existing.length &&
    existing.every((id) => wanted.has(id))
  );
}

type Label = { id: number; displayName: string; mergedInto: number | null };

/** Why `from` cannot be merged into `into`, or null. */
export function mergeRefusal(from: Label, into: Label): string | null {
  if (from.id === into.id) return `“${from.displayName}” cannot be merged into itself.`;
  const merged = [from, into].find(({ mergedInto }) => mergedInto !== null);
  return merged ? `“${merged.displayName}” was merged into another label already.` : null;
}

/**
 * The labels that a range was examined for, once `from` means `into`: for what both say only if both
 * were looked for; null where none is left.
 */
export function mergedLabelSet(
  labelSet: readonly string[],
  { from, to }: { from: string; to: string },
): string[] | null {
  const hasBoth = labelSet.includes(from) && labelSet.includes(to);
  const left = labelSet.filter((name) => name !== from && (hasBoth || name !== to));
  return left.length > 0 ? left : null;
}
