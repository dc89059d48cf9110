import { expect, test } from 'vitest';
import type { NextWindow } from '@/contract/examined';
import { why } from './why';

const window: NextWindow = {
  ...{ chartId: 1, startTime: 60, endTime: 600, runId: null, label: null, score: null },
  ...{ novelty: null, disagreement: null, examinedShare: 0.129 },
};

test('the sentence says what was known: nothing, labels, or a model', () => {
  expect(why(window, null, '')).toBe(
    'Nothing is labelled yet: 12 % of this chart is examined, and the longest stretch that nobody has seen begins here.',
  );
  expect(why({ ...window, novelty: 0.7 }, null, '')).toBe(
    'No model to ask: 12 % of this chart is examined, and this is least like what is labelled (likeness 0.30).',
  );
  const unsure = { ...window, runId: 7, label: 'bull_flag', score: 0.524, novelty: 0.5 };
  expect(why({ ...unsure, disagreement: 0.314 }, 'Bull flag', 'Flags of May')).toBe(
    'Flags of May is unsure: Bull flag at 0.52; little that is labelled looks like it (likeness 0.50); its forest and its boosting are 0.31 apart.',
  );
  expect(why({ ...unsure, novelty: 0.1, disagreement: 0.02 }, 'Bull flag', 'Flags of May')).toBe(
    'Flags of May is unsure: Bull flag at 0.52; it looks familiar (likeness 0.90).',
  );
});
