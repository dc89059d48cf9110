import { expect, test } from 'vitest';
import { isOwnHost } from './hosts';

test.each(['127.0.0.1', '127.0.0.1:3000', 'localhost:3000', 'LOCALHOST', '[::1]:3000'])(
  'answers to %s',
  (host) => {
    expect(isOwnHost(host, undefined)).toBe(true);
  },
);

test.each([
  null,
  '',
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example:3000',
  '127.0.0.1@evil.example',
  '0.0.0.0:3000',
  '::1',
])('does not answer to %s', (host) => {
  expect(isOwnHost(host, undefined)).toBe(false);
});

test('answers to the public address, port included', () => {
  expect(isOwnHost('charts.example', 'https://charts.example')).toBe(true);
  expect(isOwnHost('charts.example:8443', 'https://charts.example:8443/')).toBe(true);
  expect(isOwnHost('charts.example:1234', 'https://charts.example')).toBe(false);
});
