import type { KeyedLabel } from './label-keys';

type Keyed = Pick<KeyedLabel, 'name' | 'key' | 'isActive'>;

/** The label that a key chooses. */
export function hotkeyLabel(labels: readonly Keyed[], key: string | null): string | null {
  const label = labels.find((each) => each.isActive && each.key === key);
  return label?.name ?? null;
}

/** The keys that choose a label, as `1–4 7 ⇧1–3`; null where none does. */
export function hotkeysText(labels: readonly Keyed[]): string | null {
  const keys = labels.flatMap(({ isActive, key }) => (isActive && key !== null ? key : []));
  const second = keys.flatMap((key) => /^shift\+(\d)$/.exec(key)?.[1] ?? []);
  const first = keys.filter((key) => /^\d$/.test(key));
  const texts = [...runsOf(first), ...runsOf(second).map((run) => `⇧${run}`)];
  return texts.length > 0 ? texts.join(' ') : null;
}

function runsOf(digits: readonly string[]): string[] {
  const runs: [first: number, last: number][] = [];
  for (const digit of [...new Set(digits.map(Number))].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && digit === run[1] + 1) run[1] = digit;
    else runs.push([digit, digit]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
}
