import type { SpanLabelType } from '@/contract/spans';

type Hotkey = Pick<SpanLabelType, 'name' | 'hotkey' | 'isActive'>;

/** The label that a digit chooses. */
export function hotkeyLabel(labels: readonly Hotkey[], key: string | null): string | null {
  const label = labels.find(({ isActive, hotkey }) => isActive && hotkey === key);
  return label?.name ?? null;
}

/** The digits that choose a label, as `1–4 7`; null where none does. */
export function hotkeysText(labels: readonly Hotkey[]): string | null {
  const digits = labels
    .flatMap(({ isActive, hotkey }) => (isActive && hotkey !== null ? Number(hotkey) : []))
    .sort((a, b) => a - b);
  const runs: [first: number, last: number][] = [];
  for (const digit of new Set(digits)) {
    const run = runs.at(-1);
    if (run && digit === run[1] + 1) run[1] = digit;
    else runs.push([digit, digit]);
  }
  const texts = runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return texts.length > 0 ? texts.join(' ') : null;
}
