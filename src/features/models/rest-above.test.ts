import { expect, test } from 'vitest';
import { reasonOf, restAbove } from './rest-above';

test('what is left is judged by the answers from its lowest score on', () => {
  const open = [{ score: 0.8 }, { score: 0.7 }, { score: 0.6 }];
  const answered = [
    { score: 0.9, isYes: true },
    { score: 0.75, isYes: true },
    { score: 0.65, isYes: false },
    { score: 0.5, isYes: false },
  ];
  expect(restAbove(open, answered, null)).toEqual({ left: open, lowest: 0.6, answered: 3, yes: 2 });
  expect(restAbove(open, answered, 0.7)).toMatchObject({ lowest: 0.7, answered: 2, yes: 2 });
  expect(restAbove(open, answered, 0.95)).toMatchObject({ left: [], lowest: 1, answered: 0 });
});

test('says how the answers there went, and asks for some where there are none', () => {
  expect(reasonOf({ lowest: 0.6, answered: 3, yes: 2 })).toBe(
    'At 0.60 or more you said yes 2 of 3 times.',
  );
  expect(reasonOf({ lowest: 0.9, answered: 0, yes: 0 })).toMatch(/^No answers at 0.90 or more yet/);
});
