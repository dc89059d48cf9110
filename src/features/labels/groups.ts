import type { SpanLabelType } from '@/contract/spans';

/** Labels by group: those without one first, then the groups in the order of their first labels. */
export function byGroup<Label extends Pick<SpanLabelType, 'groupName'>>(
  labels: readonly Label[],
): { name: string | null; labels: Label[] }[] {
  const groups = new Map<string | null, Label[]>([[null, []]]);
  for (const label of labels) {
    groups.set(label.groupName, [...(groups.get(label.groupName) ?? []), label]);
  }
  return [...groups]
    .map(([name, of]) => ({ name, labels: of }))
    .filter((group) => group.labels.length > 0);
}

/**
 * The order in which labels are then, when one takes the place of another: the ids of all, and the
 * group that it comes into.
 */
export function moved<Label extends Pick<SpanLabelType, 'id' | 'groupName'>>(
  labels: readonly Label[],
  from: Label,
  to: Label,
): { ids: number[]; groupName: string | null } {
  const ids = byGroup(labels).flatMap((group) => group.labels.map(({ id }) => id));
  const target = ids.indexOf(to.id);
  ids.splice(ids.indexOf(from.id), 1);
  ids.splice(target, 0, from.id);
  return { ids, groupName: to.groupName };
}
