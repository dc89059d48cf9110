import { expect, test } from 'vitest';
import type { ImportIssue } from '@/contract/uploads';
import { issuesCsv } from './issues-file';

const error = (line: number, reason: string): ImportIssue => ({
  line,
  reason,
  severity: 'error',
});
const found = (issues: ImportIssue[], issueCount = issues.length) =>
  issuesCsv({ rows: 9, issues, issueCount, errorCount: issueCount, leftOut: [], flatBars: 0 });

test('every problem has a line of its own, and cells that a spreadsheet would run are harmless', () => {
  const warning = {
    line: 12,
    reason: 'high 2 is below open 3: widened',
    severity: 'warning' as const,
  };
  expect(found([error(3, 'open “a,b” is not a number'), error(4, '=1+1'), warning])).toBe(
    '\ufeffline,severity,reason\n' +
      '3,error,"open “a,b” is not a number"\n' +
      "4,error,'=1+1\n" +
      '12,warning,high 2 is below open 3: widened\n',
  );
});

test('the last line says how many more there are', () => {
  expect(
    found([error(3, 'open is empty')], 12_346)
      .split('\n')
      .at(-2),
  ).toBe(',note,"and 12,345 more issues, which this list does not hold"');
});
