/** What a person chose of how charts look, kept like the theme; the first of each is what it is until then. */
const CHOICES = {
  candles: ['filled', 'hollow'],
  /** `safe`: colours that stay apart for the colour-blind. */
  palette: ['usual', 'safe'],
} as const;

export type Choice = keyof typeof CHOICES;

/** The value of a choice by what a cookie or an attribute says. */
export const readChoice = (name: Choice, said: string | undefined) =>
  said === CHOICES[name][1] ? CHOICES[name][1] : CHOICES[name][0];

/** Goes over to the other value of a choice, and remembers it for the next page. */
export function toggleChoice(name: Choice) {
  const { dataset } = document.documentElement;
  const [first, other] = CHOICES[name];
  const next = readChoice(name, dataset[name]) === first ? other : first;
  dataset[name] = next;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${name}=${next}; path=/; max-age=31536000; samesite=strict`;
}
