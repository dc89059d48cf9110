import { expect, it } from 'vitest';
import { rankingText } from './progress';

const ranked = (yes: number, no: number, rankedAt: number) =>
  rankingText({
    charts: [{ chartId: 1, name: 'one', open: 5, yes, no }],
    rankedAt,
    isRanking: false,
  });

it('says when the next ranking comes, also where answers were taken back since the last', () => {
  expect(ranked(0, 0, 0)).toBe(null);
  expect(ranked(2, 1, 0)).toBe('Ranked by likeness alone, anew at 10 answers');
  expect(ranked(8, 5, 10)).toBe('Ranked after answer 10, again at 20');
  expect(ranked(5, 4, 25)).toBe('Ranked after answer 25, again at 30');
});
