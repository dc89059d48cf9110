import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULT_TESTS } from './fault-tests';

test('each fault that the docs name is tried by test:faults, but for what takes Docker', () => {
  const [, table = ''] = readFileSync('docs/reliability.md', 'utf8').split('\n|---|---|---|---|\n');
  const named = table.split('\n\n')[0]?.split('\n') ?? [];
  const faults = named.map((row) => row.split(' | ')[0]?.slice(2));
  expect(faults).toEqual([...Object.keys(FAULT_TESTS), 'compose']);
});

test('and by files that are there', () => {
  const files = Object.values(FAULT_TESTS).flatMap(({ vitest, browser, pytest }) => [
    ...(vitest ?? []),
    ...(browser ?? []).map((file) => join('tests', file)),
    ...(pytest ?? []).map((file) => join('services/ml/tests', file)),
  ]);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});
