import { expect, it } from 'vitest';
import type { Span } from '@/contract/spans';
import { receivedOf } from './wire';

it('takes each row at the rev that wrote it, also when one event tells of several', () => {
  const span = (uid: string, rev: number) => ({ uid, rev, startTime: 1 }) as Span;
  const received = receivedOf(
    {
      type: 'changes',
      rev: 12,
      spans: [span('a', 10), span('b', 12)],
      annotations: [],
      examined: [],
      deleted: ['c'],
    },
    [],
  );
  // A base with another rev than the row's would make the next change of it a conflict.
  expect(received.map(({ uid, rev }) => [uid, rev])).toEqual([
    ['a', 10],
    ['b', 12],
    ['c', 12],
  ]);
});
