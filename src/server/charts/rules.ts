const MAX_NAME = 200;

/** `name`, `name-2`, `name-3`, …: `count` of them, starting with the `from`th. */
export function nameCandidates(name: string, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => numbered(name, from + i));
}

/** The stem is cut where the number would make the name too long, never inside a character. */
function numbered(name: string, n: number): string {
  if (n === 1) return name;
  const suffix = `-${n}`;
  const stem = name.slice(0, MAX_NAME - suffix.length).replace(/[\uD800-\uDBFF]$/, '');
  return stem.trimEnd() + suffix;
}
