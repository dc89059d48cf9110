import { describe, expect, it } from 'vitest';
import { asked, DAYS, detect, options } from './testing-detect';

/* What numbers of a file leave open is a question, and never a silent guess. */

describe('prices with a sign inside', () => {
  const rows = (prices: string[]) =>
    ['date,open,high,low,close', ...DAYS.map((day) => `20${day},${prices.join(',')}`)].join('\n');

  it('are asked about where they may be 32nds', () => {
    const questions = asked(rows(["110'165", "110'310", "109'000", "110'027"]));
    expect(questions.map(({ text }) => text)).toEqual([expect.stringContaining('110 and 16.5/32')]);
    expect(options(questions)).toEqual(['--decimal-point']);
  });

  it('are thousands where one of them can be nothing else', () => {
    expect(asked(rows(["110'165", "110'325", "109'000", "110'027"]))).toEqual([]);
    expect(asked(rows(["110'165", "110'301", "109'000", "110'027"]))).toEqual([]);
  });
});

describe('a column that says which candles are complete', () => {
  const table = (name: string, flags: string[]) =>
    detect(
      [
        `time,open,high,low,close,${name}`,
        ...flags.map((flag, i) => `2024-01-0${i + 1},1,2,1,2,${flag}`),
      ].join('\n'),
    ).mapping.columns.at(-1);

  it.each(['complete', 'is_closed', 'isFinal', 'confirm'])('is taken: %s', (name) => {
    expect(table(name, ['true', 'true', 'false'])).toBe('complete');
    expect(table(name, ['1', '1', '0'])).toBe('complete');
  });

  it('is something else where it says no of most, or neither', () => {
    expect(table('complete', ['false', 'false', 'true'])).toBe('ignore');
    expect(table('complete', ['true', 'true', '7'])).toBe('ignore');
    expect(table('rising', ['true', 'true', 'false'])).toBe('ignore');
  });
});

describe('numbers beside the prices', () => {
  const table = (header: string, write: (i: number) => string) =>
    detect([header, ...DAYS.map((day, i) => `20${day},${write(i)}`)].join('\n'));
  const taken = ({ mapping, header }: ReturnType<typeof detect>, role: string) =>
    header?.[mapping.columns.indexOf(role as 'close')];

  it('are no volume where they are another one times the price', () => {
    const found = table(
      'date,open,high,low,close,amount,vol',
      (i) => `${100 + i},${102 + i},${99 + i},${101 + i},7${i},${(70 + i) * (100.5 + i)}`,
    );
    expect(taken(found, 'volume')).toBe('amount');
    expect(found.notes).toEqual([expect.stringContaining('“vol” is “amount” times the price')]);
  });

  it('are no close where they lie outside of the candle and one of trades does not', () => {
    const found = table(
      'date,opening_price,high_price,low_price,acc_trade_price,trade_price',
      (i) => `${100 + i},${102 + i},${99 + i},${9_000 + 7 * i},${101 + i}`,
    );
    expect([taken(found, 'close'), found.questions]).toEqual(['trade_price', []]);
  });

  it('are asked about where none lies inside', () => {
    const [question] = table(
      'date,open,high,low,close',
      (i) => `${100 + i},${102 + i},${99 + i},${50 + i}`,
    ).questions;
    expect(question).toMatchObject({ field: 'columns', assumed: null });
    expect(question?.text).toContain('Most rows have “close” outside of “low” to “high”');
  });

  it('are no volume where they count what was delivered', () => {
    const found = table(
      'date,Open Price,High Price,Low Price,Close Price,No.of Shares,Deliverable Quantity',
      (i) => `${100 + i},${102 + i},${99 + i},${101 + i},7${i},3${i}`,
    );
    expect(taken(found, 'volume')).toBe('No.of Shares');
  });
});
