import { expect, test } from 'vitest';
import { MAX_STREAMS_OF_ADDRESS, MAX_STREAMS_OF_ONE, takeStream } from './streams';

const take = (count: number, actorId: string, address?: string) =>
  Array.from({ length: count }, () => takeStream({ actorId, address }));
const giveBack = (streams: (() => void)[]) => {
  for (const release of streams) release();
};

test('one actor has so many, and more again when some are given back', () => {
  const streams = take(MAX_STREAMS_OF_ONE, 'a');
  expect(() => takeStream({ actorId: 'a' })).toThrow(
    'You follow charts over 100 streams already. Close some, or reload to see changes.',
  );
  giveBack(take(1, 'b'));
  streams.pop()?.();
  streams.push(takeStream({ actorId: 'a' }));
  giveBack(streams);
  giveBack(take(MAX_STREAMS_OF_ONE, 'a'));
});

test('one address has so many, whoever asks from there, and a refusal takes none', () => {
  const half = MAX_STREAMS_OF_ADDRESS / 2;
  const streams = [...take(half, 'a', '::1'), ...take(half, 'b', '::1')];
  for (let n = 0; n < 3; n++) {
    expect(() => takeStream({ actorId: 'c', address: '::1' })).toThrow(
      'Your address follows charts over 200 streams already.',
    );
  }
  giveBack(take(MAX_STREAMS_OF_ONE, 'c', '127.0.0.1'));
  giveBack(streams);
});

test('all together have so many', () => {
  const streams = Array.from({ length: 10 }, (_, n) => take(100, `actor ${n}`)).flat();
  expect(() => takeStream({ actorId: 'one more' })).toThrow('Charts are followed over 1000');
  giveBack(streams);
});
