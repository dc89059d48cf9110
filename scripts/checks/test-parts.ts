import { defineCommand, UsageError } from '../cli/command';
import type { TestPart } from './run-tests';

const PARTS: readonly TestPart[] = ['check', 'unit', 'ml', 'browser'];

export const testCommand = defineCommand({
  usage: `Usage: npm test [-- PART…]

Runs all tests, or some parts of them, and ends with one line of counts. PART is one or more of:

  check     what npm run check does
  unit      Vitest: every test beside the code, on a PostgreSQL of its own
  ml        pytest, on the same
  browser   Playwright: the whole app in Chromium`,
  options: {},
  operands: { atLeast: 0, atMost: PARTS.length, expected: 'Name each part once.' },
  async run(_, wanted) {
    const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
    if (unknown !== undefined) throw new UsageError(`There is no part ${unknown}.`);
    const parts = PARTS.filter((part) => wanted.length === 0 || wanted.includes(part));
    return await (await import('./run-tests')).runTests(parts);
  },
});
