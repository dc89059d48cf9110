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
