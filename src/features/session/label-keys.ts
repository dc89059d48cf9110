import type { SpanLabelType } from '@/contract/spans';

/** A label with the key that chooses it now: its own digit, or one that it has while it is used. */
export type KeyedLabel = SpanLabelType & { key: string | null };

/** The first row of keys, and the second. */
const FIRST = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const SECOND = FIRST.map((digit) => `shift+${digit}`);

/** What this browser knows of how labels are used, by their names. */
export type LabelUse = {
  /** Labels without a digit of their own, by the key that they have until another one needs it. */
  places: Readonly<Record<string, string>>;
  /** The labels used last, the newest first. */
  used: readonly string[];
};
export const NO_USE: LabelUse = { places: {}, used: [] };
const MAX_USED = 50;

/**
 * Gives each active label its key. Digits that labels have of their own come first; a label keeps
 * the place it was given, and what is free goes to the others in their order.
 */
export function withKeys(labels: readonly SpanLabelType[], { places }: LabelUse): KeyedLabel[] {
  const keys = new Map<string, string>();
  const active = labels.filter(({ isActive }) => isActive);
  const own = new Set(active.flatMap(({ hotkey }) => hotkey ?? []));
  for (const { name, hotkey } of active) if (hotkey !== null) keys.set(name, hotkey);
  const known = new Set(active.map(({ name }) => name));
  const free = [...FIRST, ...SECOND].filter((key) => {
    const name = places[key];
    if (own.has(key)) return false;
    if (name === undefined || !known.has(name) || keys.has(name)) return true;
    keys.set(name, key);
    return false;
  });
  for (const { name } of active) {
    if (free.length === 0) break;
    if (keys.has(name)) continue;
    keys.set(name, free[0] as string);
    free.shift();
  }
  return labels.map((label) => ({ ...label, key: keys.get(label.name) ?? null }));
}

/**
 * A label was used. One without a key takes that of the label in the first row that was not used for the
 * longest time, or in the second where all of the first are labels' own; no other key changes.
 */
export function afterUse(name: string, labels: readonly KeyedLabel[], use: LabelUse): LabelUse {
  const used = [name, ...use.used.filter((each) => each !== name)].slice(0, MAX_USED);
  const label = labels.find((each) => each.name === name);
  if (!label || label.key !== null) return { ...use, used };
  const placed = labels.filter(({ key, hotkey }) => key !== null && key !== hotkey);
  const age = (each: KeyedLabel) => {
    const at = use.used.indexOf(each.name);
    return at < 0 ? MAX_USED : at;
  };
  const inRow = (row: readonly string[]) =>
    placed.filter(({ key }) => row.includes(key ?? '')).sort((a, b) => age(b) - age(a))[0];
  const gone = inRow(FIRST) ?? inRow(SECOND);
  if (!gone?.key) return { ...use, used };
  const places = Object.fromEntries(placed.map((each) => [each.key, each.name]));
  return { used, places: { ...places, [gone.key]: name } };
}
