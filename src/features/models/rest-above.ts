import { formatScore } from '@/components/format';
export type Answered = { score: number; isYes: boolean };

/** What one key would answer: those from the line on, the lowest of them, and how the others there went. */
export function restAbove<Scored extends { score: number }>(
  open: readonly Scored[],
  answered: readonly Answered[],
  line: number | null,
) {
  const left = open.filter(({ score }) => score >= (line ?? Number.NEGATIVE_INFINITY));
  const lowest = left.reduce((least, { score }) => Math.min(least, score), 1);
  const above = answered.filter(({ score }) => score >= lowest);
  return {
    left,
    lowest,
    answered: above.length,
    yes: above.filter(({ isYes }) => isYes).length,
  };
}
export type Rest = Pick<ReturnType<typeof restAbove>, 'lowest' | 'answered' | 'yes'>;

/** What speaks for answering the rest at once, or what is missing for it. */
export function reasonOf({ lowest, answered, yes }: Rest): string {
  const line = formatScore(lowest);
  return answered === 0
    ? `No answers at ${line} or more yet: give some first.`
    : `At ${line} or more you said yes ${yes} of ${answered} times.`;
}
