/** A word at the start of the text, of one of its words, inside one; and how much less of a keyword. */
const [FIRST, BEGINS, INSIDE, OF_KEYWORD] = [1, 0.9, 0.6, 0.5];

/**
 * How well what is called so fits what is typed, 0 to 1; 0 unless each typed word stands in the text or in a
 * keyword. cmdk's own filter takes letters that are merely somewhere in it, so that Enter would run anything.
 */
export function wordScore(text: string, typed: string, keywords: readonly string[] = []): number {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  const [own, others] = [folded(text), folded(keywords.join(' '))];
  const scores = words.map((word) => scoreOf(own, word) || scoreOf(others, word) * OF_KEYWORD);
  if (scores.includes(0)) return 0;
  return words.length === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / words.length;
}

function scoreOf(text: string, word: string): number {
  if (text.startsWith(word)) return FIRST;
  let at = text.indexOf(word);
  if (at < 0) return 0;
  for (; at > 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return BEGINS;
  }
  return INSIDE;
}

/** Without the case and the accents of letters, and with spaces for underscores. */
const folded = (text: string) =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('_', ' ').toLowerCase();
