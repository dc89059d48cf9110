import { expect, test } from 'vitest';
import { schema } from './env';

const parse = (address: string | undefined) =>
  schema.safeParse({ DATABASE_URL: 'postgresql://app@db/x', PUBLISH_ADDRESS: address });

test.each([undefined, '127.0.0.1', '[::1]'])('published on %s it starts', (address) => {
  expect(parse(address).success).toBe(true);
});

test.each(['0.0.0.0', '192.168.1.5', '[::]', '127.0.0.1.example.org'])(
  'published on %s, where others reach it, it does not',
  (address) => {
    expect(parse(address).error?.issues).toMatchObject([
      { path: ['PUBLISH_ADDRESS'], message: expect.stringContaining('has to be 127.0.0.1') },
    ]);
  },
);
