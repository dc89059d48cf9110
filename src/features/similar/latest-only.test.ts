import { expect, test } from 'vitest';
import { latestOnly } from './latest-only';

/** Each question waits until the test answers it. */
function asking() {
  const sent: { question: number; answer: (of: string) => void; fail: () => void }[] = [];
  const shown: string[] = [];
  const live = latestOnly<number, string>({
    send: (question) =>
      new Promise((answer, reject) => {
        sent.push({ question, answer, fail: () => reject(new Error('lost')) });
      }),
    show: (answer, question) => shown.push(`${question}: ${answer}`),
  });
  const questions = () => sent.map(({ question }) => question);
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return { live, sent, shown, questions, settle };
}

test('of what is asked while one is under way only the last is sent, and it wins', async () => {
  const { live, sent, shown, questions, settle } = asking();
  for (const edge of [1, 2, 3, 4]) live.ask(edge);
  expect(questions()).toEqual([1]);
  sent[0]?.answer('first');
  await settle();
  expect(questions()).toEqual([1, 4]);
  sent[1]?.answer('last');
  await settle();
  expect(shown).toEqual(['1: first', '4: last']);
  expect(questions()).toEqual([1, 4]);
});

test('an answer to what was dropped is not shown, and one that fails holds up nothing', async () => {
  const { live, sent, shown, questions, settle } = asking();
  live.ask(1);
  live.ask(2);
  live.drop();
  sent[0]?.answer('too late');
  await settle();
  expect(shown).toEqual([]);
  expect(questions()).toEqual([1]);
  live.ask(3);
  live.ask(4);
  sent[1]?.fail();
  await settle();
  sent[2]?.answer('last');
  await settle();
  expect(shown).toEqual(['4: last']);
});
